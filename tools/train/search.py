"""Compares parameters of the two forests on folds of the training rows; the test rows stay unseen.

Prints one line a candidate. What was chosen from it stands in models.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from features import (
    CHURN_COLUMNS,
    RECOMMEND_COLUMNS,
    encode,
    encode_labels,
    make_category_encoders,
    read_customers,
    split_rows,
)
from make_data import CUSTOMERS
from models import count_nodes, make_forest, measure_churn, measure_recommend

FOLDS = 5

RECOMMEND_CANDIDATES: list[dict[str, Any]] = [
    {
        "n_estimators": trees,
        "max_features": columns,
        "min_samples_leaf": leaf,
        "max_depth": depth,
    }
    for trees, columns, leaf, depth in [
        (100, "sqrt", 1, None),
        (60, "sqrt", 2, None),
        (60, 5, 2, None),
        (30, 7, 2, None),
        (60, 7, 1, None),
        (60, 7, 2, None),
        (60, 7, 5, None),
        (60, 7, 2, 12),
        (100, 7, 2, None),
        (60, 9, 2, None),
    ]
]

CHURN_CANDIDATES: list[dict[str, Any]] = [
    {
        "n_estimators": trees,
        "max_depth": depth,
        "min_samples_leaf": leaf,
        "max_features": columns,
        "class_weight": weight,
    }
    for trees, depth, leaf, columns, weight in [
        (200, 10, 3, "sqrt", None),
        (100, 10, 10, "sqrt", None),
        (100, 8, 20, "sqrt", None),
        (100, 8, 20, 3, None),
        (100, 8, 30, 3, None),
        (100, 8, 30, 4, None),
        (100, 6, 30, 3, None),
        (50, 8, 30, 3, None),
        (200, 8, 30, 3, None),
        (100, 8, 50, 3, None),
        (100, 8, 30, 3, {0: 1, 1: 2}),
        (100, 8, 30, 3, "balanced"),
    ]
]


def print_candidates(
    features: pd.DataFrame,
    truth: np.ndarray,
    candidates: list[dict[str, Any]],
    measure: Callable[[np.ndarray, np.ndarray], dict[str, float]],
    seed: int,
) -> None:
    """Prints each candidate with its metrics, the mean over the folds."""
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    folds = list(splitter.split(features, truth))
    for parameters in candidates:
        results = []
        for fit_rows, check_rows in folds:
            # Scaling does not change what a tree can split, so the forest alone is compared.
            forest = make_forest(parameters, seed).fit(features.iloc[fit_rows], truth[fit_rows])
            probabilities = forest.predict_proba(features.iloc[check_rows])
            metrics = measure(truth[check_rows], probabilities)
            results.append({**metrics, "nodes": count_nodes(forest)})
        means = pd.DataFrame(results).mean().round(4).to_dict()
        print(parameters, "\n   ", means, flush=True)


def main() -> None:
    """Reads the options and compares the candidates of both models."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=CUSTOMERS, help="CSV of make_data.py")
    parser.add_argument("--seed", type=int, default=42, help="the one given to train.py")
    options = parser.parse_args()
    table = read_customers(options.data)
    for label, columns, candidates, measure in (
        ("offer", RECOMMEND_COLUMNS, RECOMMEND_CANDIDATES, measure_recommend),
        ("churn", CHURN_COLUMNS, CHURN_CANDIDATES, measure_churn),
    ):
        truth = encode_labels(table, label)
        train, _ = split_rows(truth, options.seed)
        features = encode(table, make_category_encoders(), columns).iloc[train]
        print(f"{label}: {len(train)} training rows, {FOLDS} folds")
        print_candidates(features, truth[train], candidates, measure, options.seed)


if __name__ == "__main__":
    main()
