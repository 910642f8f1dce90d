"""The forest as C that treelite and TL2cgen wrote and gcc compiled, called as TL2cgen has it: from Python."""
import numpy as np
import tl2cgen
from harness import run_peer


def load(job):
    predictor = tl2cgen.Predictor(job['folder'] + '/forest.so', nthread=job['threads'])

    def predict(rows):
        return predictor.predict(tl2cgen.DMatrix(rows, dtype='float32'))

    return tl2cgen.__version__, lambda rows: rows.astype(np.float32), predict, lambda output: output


run_peer(load)
