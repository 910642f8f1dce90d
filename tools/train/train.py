"""Trains the two models that the service ships and writes the files that it converts.

    telco_pipeline_model.pkl   offers: dict of a pipeline, three label encoders, the column names
    rf_churn_risk_model.pkl    churn: a forest, fed through label_encoders.pkl, then scaler.pkl
    quality.json               measured on rows that neither training nor search.py has seen
    *.golden.ndjson            requests with the probabilities that scikit-learn gives

Same customers, same seed, same packages: same models.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import sklearn
from sklearn.preprocessing import StandardScaler

from features import (
    CHURN_COLUMNS,
    RECOMMEND_COLUMNS,
    encode,
    encode_labels,
    make_category_encoders,
    make_encoder,
    read_customers,
    split_rows,
)
from golden import GOLDEN_ROWS, fill_requests, make_requests, write_golden
from make_data import CUSTOMERS, OFFERS, OUT
from models import (
    CHURN_PARAMETERS,
    RECOMMEND_PARAMETERS,
    count_nodes,
    make_forest,
    make_pipeline,
    measure_churn,
    measure_recommend,
)


def write_recommend(table: pd.DataFrame, train: np.ndarray, out: Path, seed: int) -> None:
    """Trains the offer model on the rows `train` and writes its file."""
    encoders = make_category_encoders()
    features = encode(table, encoders, RECOMMEND_COLUMNS)
    truth = encode_labels(table, "offer")
    pipeline = make_pipeline(RECOMMEND_PARAMETERS, seed).fit(features.iloc[train], truth[train])
    bundle = {
        "model": pipeline,
        "le_plan": encoders["plan_type"],
        "le_device": encoders["device_brand"],
        "le_target": make_encoder(OFFERS),
        "features": RECOMMEND_COLUMNS,
    }
    joblib.dump(bundle, out / "telco_pipeline_model.pkl", compress=3)


def check_recommend(table: pd.DataFrame, test: np.ndarray, out: Path) -> dict[str, float]:
    """Reads the offer model back, writes its golden rows, returns metrics on the rows `test`."""
    bundle = joblib.load(out / "telco_pipeline_model.pkl")
    model = bundle["model"]
    encoders = {"plan_type": bundle["le_plan"], "device_brand": bundle["le_device"]}
    features = encode(table, encoders, RECOMMEND_COLUMNS)
    probabilities = model.predict_proba(features.iloc[test])

    # A first row of each predicted offer, then a second: all ten are among the unedited requests.
    predicted = pd.Series(probabilities.argmax(axis=1))
    turn = predicted.groupby(predicted).cumcount()
    chosen = np.lexsort((predicted, turn))[:GOLDEN_ROWS]
    requests = make_requests(table.iloc[test[chosen]])
    filled = fill_requests(requests, encoders, missing={"plan_type": "Prepaid"})
    golden = model.predict_proba(encode(filled, encoders, RECOMMEND_COLUMNS))
    write_golden(out / "recommend.golden.ndjson", requests, golden)

    forest = model.named_steps["classifier"]
    metrics = measure_recommend(encode_labels(table, "offer")[test], probabilities)
    return {**metrics, "trees": len(forest.estimators_), "nodes": count_nodes(forest)}


def scale(scaler: StandardScaler, features: pd.DataFrame) -> pd.DataFrame:
    """Scaled columns, named again so that the forest knows them by name."""
    return pd.DataFrame(scaler.transform(features), columns=CHURN_COLUMNS)


def write_churn(table: pd.DataFrame, train: np.ndarray, out: Path, seed: int) -> None:
    """Trains the churn model on the rows `train` and writes its three files."""
    encoders = make_category_encoders()
    features = encode(table, encoders, CHURN_COLUMNS).iloc[train]
    scaler = StandardScaler().fit(features)
    truth = encode_labels(table, "churn")[train]
    forest = make_forest(CHURN_PARAMETERS, seed).fit(scale(scaler, features), truth)
    joblib.dump(forest, out / "rf_churn_risk_model.pkl")
    joblib.dump(encoders, out / "label_encoders.pkl")
    joblib.dump(scaler, out / "scaler.pkl")


def check_churn(table: pd.DataFrame, test: np.ndarray, out: Path) -> dict[str, float]:
    """Reads the churn model back, writes its golden rows, returns metrics on the rows `test`."""
    forest = joblib.load(out / "rf_churn_risk_model.pkl")
    encoders = joblib.load(out / "label_encoders.pkl")
    scaler = joblib.load(out / "scaler.pkl")
    features = encode(table, encoders, CHURN_COLUMNS).iloc[test]
    probabilities = forest.predict_proba(scale(scaler, features))

    # From the safest customer to the one most at risk, every second one into the unedited half.
    steps = np.linspace(0, len(test) - 1, GOLDEN_ROWS).round().astype(int)
    ladder = np.argsort(probabilities[:, 1], kind="stable")[steps]
    chosen = np.concatenate([ladder[1::2], ladder[0::2]])
    requests = make_requests(table.iloc[test[chosen]])
    filled = encode(fill_requests(requests, encoders, missing={}), encoders, CHURN_COLUMNS)
    golden = forest.predict_proba(scale(scaler, filled))
    write_golden(out / "churn.golden.ndjson", requests, golden)

    metrics = measure_churn(encode_labels(table, "churn")[test], probabilities)
    return {**metrics, "trees": len(forest.estimators_), "nodes": count_nodes(forest)}


def summarize(
    data: Path, seed: int, train: np.ndarray, test: np.ndarray, metrics: Mapping[str, float]
) -> dict[str, Any]:
    """One model's part of quality.json: flat, names to numbers or text."""
    return {
        "data": "synthetic customers",
        "dataSha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "sklearnVersion": sklearn.__version__,
        "seed": seed,
        "rowsTrain": len(train),
        "rowsTest": len(test),
        **{
            name: value if isinstance(value, int) else round(float(value), 4)
            for name, value in metrics.items()
        },
    }


def main() -> None:
    """Reads the options, trains both models, writes the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=CUSTOMERS, help="CSV of make_data.py")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    parser.add_argument("--seed", type=int, default=42, help="of splits and forests (42)")
    options = parser.parse_args()
    table = read_customers(options.data)
    options.out.mkdir(parents=True, exist_ok=True)

    quality = {}
    for name, label, write, check in (
        ("recommend", "offer", write_recommend, check_recommend),
        ("churn", "churn", write_churn, check_churn),
    ):
        train, test = split_rows(encode_labels(table, label), options.seed)
        write(table, train, options.out, options.seed)
        # The files are read back, so that figures and golden rows are those of the files.
        metrics = check(table, test, options.out)
        quality[name] = summarize(options.data, options.seed, train, test, metrics)
    text = json.dumps(quality, indent=2)
    (options.out / "quality.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
