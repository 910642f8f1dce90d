"""Models, and how long shap, LightGBM and XGBoost take to explain their rows.

python explain.py FOLDER [PICKLES] trains the models, or takes the forests of the pickles, writes each to FOLDER with
rows.json, and prints their names. Then each name on stdin is answered with microseconds of processor time per row.
"""
import json
import pickle
import sys
import time
import warnings
from pathlib import Path

import lightgbm
import numpy as np
import shap
import xgboost
from sklearn.ensemble import RandomForestClassifier

warnings.filterwarnings("ignore")

N_COLUMNS = 12
N_ROWS = 20


def make_data(n_classes, n_rows=8000):
    random = np.random.RandomState(1)
    x = random.randn(n_rows, N_COLUMNS).astype(np.float32).astype(np.float64)
    score = x[:, 0] + x[:, 1] * x[:, 2] + np.sin(2 * x[:, 3]) + x[:, 4] * x[:, 5] + 0.5 * random.randn(n_rows)
    return x, np.digitize(score, np.quantile(score, np.linspace(0, 1, n_classes + 1)[1:-1]))


def take_forests(folder):
    """The two forests of a service like the Flask one."""
    import joblib
    offers = joblib.load(folder / "telco_pipeline_model.pkl")["model"]
    churn = joblib.load(folder / "rf_churn_risk_model.pkl")
    return [model.steps[-1][1] if hasattr(model, "steps") else model for model in (offers, churn)]


def train_forests():
    offers = RandomForestClassifier(100, random_state=0).fit(*make_data(16))
    churn = RandomForestClassifier(200, max_depth=10, random_state=0, class_weight="balanced").fit(*make_data(2))
    return offers, churn


def main(folder, pickles=None):
    explain = {}
    rows = {}
    forests = take_forests(Path(pickles)) if pickles else train_forests()
    for name, forest in zip(("16-classes.pkl", "2-classes.pkl"), forests):
        (folder / name).write_bytes(pickle.dumps(forest))
        x = np.random.RandomState(0).randn(N_ROWS, forest.n_features_in_)
        rows[name] = x.tolist()
        explainer = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
        explain[name] = lambda explainer=explainer, x=x: explainer.shap_values(x, check_additivity=False)
    x, y = make_data(2)
    few = x[:N_ROWS]
    data = lightgbm.Dataset(x, y)
    light = lightgbm.train({"objective": "binary", "num_leaves": 63, "verbose": -1, "num_threads": 1}, data, 500)
    light.save_model(folder / "lightgbm.txt")
    explain["lightgbm.txt"] = lambda: light.predict(few, pred_contrib=True, num_threads=1)
    matrix = xgboost.DMatrix(x, y)
    extreme = xgboost.train({"objective": "binary:logistic", "max_depth": 7, "nthread": 1}, matrix, 300)
    extreme.save_model(folder / "xgboost.ubj")
    sample = xgboost.DMatrix(few)
    explain["xgboost.ubj"] = lambda: extreme.predict(sample, pred_contribs=True)
    rows["lightgbm.txt"] = rows["xgboost.ubj"] = few.tolist()
    (folder / "rows.json").write_text(json.dumps(rows))
    print(json.dumps(list(explain)), flush=True)
    for line in sys.stdin:
        start = time.process_time()
        explain[line.strip()]()
        print((time.process_time() - start) / N_ROWS * 1e6, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
