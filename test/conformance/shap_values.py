"""What shap, LightGBM and XGBoost say of models that are trained on the spot, for shap.test.ts.

python shap_values.py FOLDER [RECALL] writes NAME.pkl (or what the library saves) and NAME.json of each: the file, the names of
the columns, rows, and per number that is explained the base and the contributions of the columns. With RECALL, a folder
of a service's own files, it is their forests instead.
"""
import json
import pickle
import sys
import warnings
from pathlib import Path

import numpy as np
import shap
from sklearn import ensemble, tree

warnings.filterwarnings("ignore")

N_ROWS = 500
COLUMNS = [f"c{i}" for i in range(6)]


def make_data(seed, n_classes=None):
    random = np.random.RandomState(seed)
    x = random.randn(800, len(COLUMNS)).astype(np.float32).astype(np.float64)
    score = x[:, 0] + x[:, 1] * x[:, 2] + np.sin(3 * x[:, 3]) + 0.3 * random.randn(len(x))
    if n_classes is None:
        return x, score
    edges = np.quantile(score, np.linspace(0, 1, n_classes + 1)[1:-1])
    return x, np.digitize(score, edges)


def numbers_first(values):
    """[nNumbers x nRows x nColumns] of what shap gives: a list, two or three dimensions."""
    if isinstance(values, list):
        return np.stack(values)
    return values[None] if values.ndim == 2 else np.moveaxis(values, 2, 0)


def write(folder, name, rows, bases, values, tolerance, interactions=None, saved=None):
    columns = [[None if np.isnan(x) else float(x) for x in row] for row in rows]
    (folder / f"{name}.json").write_text(json.dumps({
        "file": saved or f"{name}.pkl", "columns": COLUMNS, "rows": columns, "bases": np.ravel(bases).tolist(),
        "values": np.asarray(values, dtype=np.float64).tolist(), "tolerance": tolerance,
        "interactions": None if interactions is None else np.asarray(interactions, dtype=np.float64).tolist(),
    }))


def explain_with_shap(folder, name, model, x, interactions=False):
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    values = numbers_first(explainer.shap_values(x, check_additivity=False))
    pairs = explainer.shap_interaction_values(x[:20]) if interactions else None
    if pairs is not None:
        pairs = pairs[None] if np.ndim(pairs) == 3 else np.moveaxis(pairs, 3, 0)
    (folder / f"{name}.pkl").write_bytes(pickle.dumps(model))
    write(folder, name, x, explainer.expected_value, values, 1e-9, pairs)


def sklearn_models(folder):
    classes, numbers = make_data(1, 3), make_data(2)
    two = make_data(3, 2)
    common = {"random_state": 0}
    forests = {"n_estimators": 20, "max_depth": 8, **common}
    models = {
        "random-forest": (ensemble.RandomForestClassifier(**forests), classes),
        "random-forest-balanced": (ensemble.RandomForestClassifier(class_weight="balanced", **forests), two),
        "random-forest-regressor": (ensemble.RandomForestRegressor(**forests), numbers),
        "extra-trees": (ensemble.ExtraTreesClassifier(**forests), classes),
        "extra-trees-regressor": (ensemble.ExtraTreesRegressor(**forests), numbers),
        "decision-tree": (tree.DecisionTreeClassifier(max_depth=7, **common), classes),
        "decision-tree-regressor": (tree.DecisionTreeRegressor(max_depth=7, **common), numbers),
        "gradient-boosting": (ensemble.GradientBoostingClassifier(n_estimators=30, **common), two),
        "gradient-boosting-regressor": (ensemble.GradientBoostingRegressor(n_estimators=30, **common), numbers),
        "hist-gradient-boosting": (ensemble.HistGradientBoostingClassifier(max_iter=30, **common), two),
        "hist-gradient-boosting-classes": (ensemble.HistGradientBoostingClassifier(max_iter=15, **common), classes),
        "hist-gradient-boosting-regressor": (ensemble.HistGradientBoostingRegressor(max_iter=30, **common), numbers),
        "isolation-forest": (ensemble.IsolationForest(n_estimators=30, **common), (numbers[0], None)),
    }
    for name, (model, (x, y)) in models.items():
        model.fit(x, y)
        explain_with_shap(folder, name, model, x[:N_ROWS], interactions=name in ("random-forest", "gradient-boosting"))
    # shap knows no bagging: its members' values are averaged.
    x, y = classes
    model = ensemble.BaggingClassifier(tree.DecisionTreeClassifier(max_depth=6), n_estimators=10, **common).fit(x, y)
    members = [shap.TreeExplainer(member, feature_perturbation="tree_path_dependent") for member in model.estimators_]
    values = np.mean([numbers_first(member.shap_values(x[:N_ROWS])) for member in members], axis=0)
    bases = np.mean([member.expected_value for member in members], axis=0)
    (folder / "bagging.pkl").write_bytes(pickle.dumps(model))
    write(folder, "bagging", x[:N_ROWS], bases, values, 1e-9)


def boosters(folder):
    import lightgbm
    import xgboost
    for name, n_classes in (("two", 2), ("three", 3), ("number", None)):
        x, y = make_data(4, n_classes)
        random = np.random.RandomState(5)
        x[:, 4] = random.randint(0, 8, len(x))
        y = y + (x[:, 4] % 3 == 0) * (1 if n_classes is None else 0)
        x[random.rand(*x.shape) < 0.1] = np.nan
        n_numbers = n_classes if n_classes == 3 else 1
        objective = {2: "binary", 3: "multiclass", None: "regression"}[n_classes]
        parameters = {"objective": objective, "verbose": -1, "num_leaves": 31, "num_threads": 1}
        if n_classes == 3:
            parameters["num_class"] = 3
        data = lightgbm.Dataset(x, y, feature_name=COLUMNS, categorical_feature=[4])
        booster = lightgbm.train(parameters, data, 30)
        booster.save_model(folder / f"lightgbm-{name}.txt")
        given = booster.predict(x[:N_ROWS], pred_contrib=True).reshape(N_ROWS, n_numbers, -1)
        write(folder, f"lightgbm-{name}", x[:N_ROWS], given[0, :, -1], np.moveaxis(given[:, :, :-1], 1, 0), 1e-9,
              saved=f"lightgbm-{name}.txt")

        objective = {2: "binary:logistic", 3: "multi:softprob", None: "reg:squarederror"}[n_classes]
        parameters = {"objective": objective, "max_depth": 6, "nthread": 1, "base_score": 0.5}
        if n_classes == 3:
            parameters["num_class"] = 3
        kinds = ["c" if i == 4 else "float" for i in range(len(COLUMNS))]
        matrix = xgboost.DMatrix(x, y, feature_names=COLUMNS, feature_types=kinds, enable_categorical=True)
        booster = xgboost.train(parameters, matrix, 30)
        # Callers send the codes themselves.
        booster.feature_types = ["c" if kind == "c" else "q" for kind in booster.feature_types]
        booster.save_model(folder / f"xgboost-{name}.ubj")
        rows = xgboost.DMatrix(x[:N_ROWS], feature_names=COLUMNS, feature_types=kinds, enable_categorical=True)
        given = booster.predict(rows, pred_contribs=True).reshape(N_ROWS, n_numbers, -1)
        write(folder, f"xgboost-{name}", x[:N_ROWS], given[0, :, -1], np.moveaxis(given[:, :, :-1], 1, 0), 1e-4,
              saved=f"xgboost-{name}.ubj")


def recall_forests(folder, source):
    """The forests of a service like the Flask one, in their own columns; rows are drawn at their thresholds."""
    import joblib
    offers = joblib.load(source / "telco_pipeline_model.pkl")["model"].steps[-1][1]
    churn = joblib.load(source / "rf_churn_risk_model.pkl")
    for name, forest in (("offers", offers), ("churn", churn)):
        random = np.random.RandomState(6)
        trees = [one.tree_ for one in forest.estimators_]
        rows = np.empty((N_ROWS, forest.n_features_in_))
        for column in range(rows.shape[1]):
            cuts = np.concatenate([one.threshold[one.feature == column] for one in trees])
            rows[:, column] = random.choice(cuts, N_ROWS) if len(cuts) else 0
        # What is passed to the trees is float32.
        explain_with_shap(folder, name, forest, rows.astype(np.float32).astype(np.float64))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    if len(sys.argv) > 2:
        recall_forests(target, Path(sys.argv[2]))
    else:
        sklearn_models(target)
        boosters(target)
