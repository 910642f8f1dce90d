"""scikit-learn itself: predict_proba of rows as they are."""
import joblib
import sklearn
from harness import run_peer


def load(job):
    forest = joblib.load(job['folder'] + '/forest.pkl')
    forest.n_jobs = job['threads']
    return sklearn.__version__, lambda rows: rows, forest.predict_proba, lambda output: output


run_peer(load)
