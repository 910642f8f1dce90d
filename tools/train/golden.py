"""Golden rows: requests as callers send them, with the probabilities that scikit-learn gives.

A missing or null number counts as 0 and a missing or unknown category as the model's fallback,
before any feature is derived from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.preprocessing import LabelEncoder

from features import CATEGORIES, FIELDS, NUMBERS

Request = dict[str, float | int | str | None]

GOLDEN_ROWS = 24
DROP = object()
# One edit a request, for the second half of them: what callers leave out, misspell or overdo.
EDITS: list[Mapping[str, object]] = [
    dict.fromkeys(FIELDS, DROP),
    {**dict.fromkeys(NUMBERS), "device_brand": None, "plan_type": DROP},
    {"plan_type": DROP},
    {"plan_type": "Hybrid"},
    {"device_brand": DROP},
    {"device_brand": None},
    {"device_brand": "Nokia"},
    {"device_brand": "samsung", "plan_type": "prepaid"},
    {"complaint_count": DROP},
    {"monthly_spend": None, "avg_call_duration": DROP},
    {"pct_video_usage": None, "travel_score": DROP, "sms_freq": 7.5},
    {
        "avg_data_usage_gb": 500,
        "monthly_spend": 5_000_000,
        "travel_score": 1,
        "complaint_count": 20,
    },
]


def make_requests(table: pd.DataFrame) -> list[Request]:
    """Requests from a table [GOLDEN_ROWS x columns]: the first half as is, the second edited."""
    requests: list[Request] = table[FIELDS].to_dict(orient="records")
    edited = requests[len(requests) - len(EDITS) :]
    for request, edit in zip(edited, EDITS, strict=True):
        request.update(edit)  # type: ignore[arg-type]
    return [
        {field: value for field, value in request.items() if value is not DROP}
        for request in requests
    ]


def fill_requests(
    requests: Sequence[Request],
    encoders: Mapping[str, LabelEncoder],
    missing: Mapping[str, str],
) -> pd.DataFrame:
    """A table [requests x 10] with nothing missing and no unknown category.

    An unknown category counts as "Other" where the encoder has it and as code 0 elsewhere; so does
    a missing one unless `missing` names another.
    """
    rows = []
    for request in requests:
        row: dict[str, float | str] = {name: float(request.get(name) or 0) for name in NUMBERS}
        for name in CATEGORIES:
            value = request.get(name)
            if value is None:
                value = missing.get(name)
            known = list(encoders[name].classes_)
            row[name] = value if value in known else "Other" if "Other" in known else known[0]
        rows.append(row)
    return pd.DataFrame(rows, columns=FIELDS)


def write_golden(path: Path, requests: Sequence[Request], probabilities: np.ndarray) -> None:
    """Writes one JSON object per line; each float reads back as the same float64.

    Raises ValueError when there are not GOLDEN_ROWS of both.
    """
    if not len(requests) == len(probabilities) == GOLDEN_ROWS:
        raise ValueError(
            f"{path}: expected {GOLDEN_ROWS} requests and answers, "
            f"got {len(requests)} and {len(probabilities)}"
        )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for request, row in zip(requests, probabilities, strict=True):
            file.write(json.dumps({"request": request, "probabilities": row.tolist()}) + "\n")
