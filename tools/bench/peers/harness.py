"""What every peer that runs in Python shares. harness.ts says what a job is and what is timed."""
import json
import sys
import time
from pathlib import Path

import numpy as np

CHECKED_ROWS = 1000
CYCLED_ROWS = 1000
# harness.ts says why.
CHUNK_NS = 2.5e5


def run_peer(load):
    """`load(job)` gives the version and three functions: prepare(rows), predict(input), values(output)."""
    job = json.loads(Path(sys.argv[1]).read_text())
    rows = np.fromfile(job['rows'], '<f8').reshape(-1, job['nFeatures'])
    version, prepare, predict, values = load(job)
    if 'outputs' in job:
        outputs = values(predict(prepare(rows[:CHECKED_ROWS])))
        np.asarray(outputs).reshape(CHECKED_ROWS, -1).astype('<f8').tofile(job['outputs'])
    times = {}
    for batch in job['batches']:
        count = max(1, CYCLED_ROWS // batch)
        inputs = [prepare(rows[i * batch:(i + 1) * batch]) for i in range(count)]
        times[batch] = time_calls(predict, inputs, job['milliseconds'] / 1000) / batch
    print(json.dumps({'version': version, 'nsPerRow': times}))


def time_calls(predict, inputs, seconds):
    place = 0

    def run_chunk(calls):
        nonlocal place
        start = time.perf_counter_ns()
        for _ in range(calls):
            predict(inputs[place])
            place = (place + 1) % len(inputs)
        return (time.perf_counter_ns() - start) / calls

    calls = 1
    ns = run_chunk(1)
    end = time.perf_counter() + seconds / 2
    while time.perf_counter() < end:
        ns = run_chunk(calls)
        if ns * calls < CHUNK_NS:
            calls *= 2
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        times.append(run_chunk(calls))
    return sorted(times)[len(times) // 2]
