"""onnxruntime in Python, with the forest that skl2onnx made. The rows are float32, which is what it takes."""
import numpy as np
import onnxruntime
from harness import run_peer


def load(job):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job['threads']
    session = onnxruntime.InferenceSession(
        job['folder'] + '/forest.onnx', options, providers=['CPUExecutionProvider'])
    name = session.get_inputs()[0].name
    probabilities = [session.get_outputs()[1].name]
    return (
        onnxruntime.__version__, lambda rows: rows.astype(np.float32),
        lambda rows: session.run(probabilities, {name: rows}), lambda output: output[0])


run_peer(load)
