"""The two models, unfitted, with the parameters that were chosen; and how they are measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from features import RECOMMEND_COLUMNS

# Both chosen with search.py: five folds of the training rows, the test rows not among them.

# The offer rules compare the ranks of six behaviours, so seven columns a split instead of three
# help more than more trees do, and make smaller trees. Beyond 60 trees nothing is gained.
RECOMMEND_PARAMETERS: dict[str, Any] = {
    "n_estimators": 60,
    "max_features": 7,
    "min_samples_leaf": 2,
}

# No class_weight, on purpose. The answer is read as a probability: LOW below 0.3, HIGH from 0.6,
# prediction 1 above 0.5. Unweighted, it is one: HIGH is a short list (3% of customers) of whom
# three in four leave, MEDIUM (10%) loses four in ten, LOW (87%) one in fifteen. "balanced" catches
# three quarters of the leavers above 0.5 instead of a third, but by calling a fifth of all
# customers HIGH, most of whom stay; its Brier score is worse than that of answering the base rate
# to everyone. Whoever wants a longer list lowers the limits, which keeps the numbers meaningful.
# Leaves of 30 rows keep the probabilities smooth and the file small.
CHURN_PARAMETERS: dict[str, Any] = {
    "n_estimators": 100,
    "max_depth": 8,
    "min_samples_leaf": 30,
    "max_features": 3,
}
MEDIUM_FROM, HIGH_FROM = 0.3, 0.6


def make_forest(parameters: Mapping[str, Any], seed: int) -> RandomForestClassifier:
    """An unfitted forest; with one job its trees are added in order, so its sums are repeatable."""
    return RandomForestClassifier(**parameters, random_state=seed, n_jobs=1)


def make_pipeline(parameters: Mapping[str, Any], seed: int) -> Pipeline:
    """The unfitted offer model: impute, scale, forest."""
    numbers = Pipeline(
        [("imputer", SimpleImputer(strategy="median")), ("scaler", StandardScaler())]
    )
    preprocessor = ColumnTransformer([("num", numbers, RECOMMEND_COLUMNS)])
    forest = make_forest(parameters, seed)
    return Pipeline([("preprocessor", preprocessor), ("classifier", forest)])


def count_nodes(forest: RandomForestClassifier) -> int:
    """Nodes of all trees together."""
    return sum(tree.tree_.node_count for tree in forest.estimators_)


def measure_recommend(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Metrics of offer codes [rows] against probabilities [rows x offers]."""
    predicted = probabilities.argmax(axis=1)
    return {
        "accuracy": accuracy_score(truth, predicted),
        "macroF1": f1_score(truth, predicted, average="macro"),
        "largestClassShare": np.bincount(truth).max() / len(truth),
    }


def measure_churn(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Metrics of 0/1 labels [rows] against probabilities [rows x 2].

    Recall and precision count a risk above 0.5. The shares and churn rates are those of the three
    risk categories.
    """
    risk = probabilities[:, 1]
    base_rate = truth.mean()
    low, high = risk < MEDIUM_FROM, risk >= HIGH_FROM
    metrics = {
        "rocAuc": roc_auc_score(truth, risk),
        "recall": recall_score(truth, risk > 0.5),
        "precision": precision_score(truth, risk > 0.5, zero_division=0),
        "brierScore": brier_score_loss(truth, risk),
        "brierScoreOfBaseRate": base_rate * (1 - base_rate),
        "baseRate": base_rate,
    }
    for name, group in (("low", low), ("medium", ~low & ~high), ("high", high)):
        metrics[f"{name}Share"] = group.mean()
        # An empty category has no rate; leaving it out is better than a number that means nothing.
        if group.any():
            metrics[f"{name}ChurnRate"] = truth[group].mean()
    return metrics
