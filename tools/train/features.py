"""From customers to the columns that the models see: one way for training, test and golden rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder

from make_data import BRAND_SHARES, OFFERS, PLANS

TEST_SHARE = 0.2

NUMBERS = [
    "avg_data_usage_gb",
    "pct_video_usage",
    "avg_call_duration",
    "sms_freq",
    "monthly_spend",
    "topup_freq",
    "travel_score",
    "complaint_count",
]
CATEGORIES = ["plan_type", "device_brand"]
FIELDS = [*NUMBERS, *CATEGORIES]

# In the order of the forests' features.
RECOMMEND_COLUMNS = [*CATEGORIES, *NUMBERS, "video_data_intensity", "spend_per_call_unit"]
CHURN_COLUMNS = [
    *CATEGORIES,
    "pct_video_usage",
    "monthly_spend",
    "travel_score",
    "complaint_count",
]


def read_customers(path: Path) -> pd.DataFrame:
    """Reads what make_data.py wrote. Raises SystemExit naming what is missing."""
    if not path.is_file():
        raise SystemExit(f"{path}: expected the customers, found no file; run make_data.py first")
    table = pd.read_csv(path)
    absent = {*FIELDS, "offer", "churn"} - set(table.columns)
    if absent:
        raise SystemExit(f"{path}: expected make_data.py's columns, found none of {sorted(absent)}")
    # Both sides of the split need every label, or the forest's classes would not be the encoder's.
    counts = {
        **{offer: int((table["offer"] == offer).sum()) for offer in OFFERS},
        **{f"churn {label}": int((table["churn"] == label).sum()) for label in (0, 1)},
    }
    rare = {label: count for label, count in counts.items() if count < 10}
    if rare:
        raise SystemExit(f"{path}: expected 10 rows of each label, found {rare}; make more rows")
    return table


def make_encoder(labels: list[str]) -> LabelEncoder:
    """A LabelEncoder of all labels there are, seen in the data or not; codes in sorted order."""
    return LabelEncoder().fit(np.array(labels, dtype=object))


def make_category_encoders() -> dict[str, LabelEncoder]:
    """The encoder of each category column."""
    return {"plan_type": make_encoder(PLANS), "device_brand": make_encoder(list(BRAND_SHARES))}


def encode_labels(table: pd.DataFrame, name: str) -> np.ndarray:
    """Label codes [rows] of the column `offer` or `churn`."""
    if name == "offer":
        return make_encoder(OFFERS).transform(table[name].to_numpy(dtype=object))
    return table[name].to_numpy()


def encode(
    table: pd.DataFrame, encoders: Mapping[str, LabelEncoder], columns: list[str]
) -> pd.DataFrame:
    """The model's columns [rows x columns], float64: categories as codes, derived ones made."""
    codes = {
        name: encoders[name].transform(table[name].to_numpy(dtype=object)) for name in CATEGORIES
    }
    encoded = table.assign(
        **codes,
        video_data_intensity=table["avg_data_usage_gb"] * table["pct_video_usage"],
        spend_per_call_unit=table["monthly_spend"] / (table["avg_call_duration"] + 1),
    )
    return encoded[columns].astype(np.float64)


def split_rows(truth: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers for training and for the test, with the same shares of labels."""
    train, test = train_test_split(
        np.arange(len(truth)), test_size=TEST_SHARE, random_state=seed, stratify=truth
    )
    return train, test
