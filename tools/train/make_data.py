"""Makes the synthetic customers that the shipped models are trained on.

Nobody's data: every row is drawn from a seeded generator. Column by column the customers resemble
the 10,000 of the service that this project replaces (see TARGETS). The offer follows that service's
rules; churn follows the usual reasons why people leave an operator. Same seed, same packages: same
bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special, stats

OUT = Path(__file__).parent / "out"
CUSTOMERS = OUT / "customers.csv"

PLANS = ["Prepaid", "Postpaid"]
PREPAID_SHARE = 0.61

# Market shares are a guess; nothing but Apple and Samsung being common enough depends on them.
BRAND_SHARES = {
    "Apple": 0.12,
    "Huawei": 0.08,
    "Oppo": 0.16,
    "Realme": 0.12,
    "Samsung": 0.18,
    "Vivo": 0.14,
    "Xiaomi": 0.15,
    "Other": 0.05,
}

STATISTICS = ["mean", "sd", "min", "25%", "50%", "75%", "max"]
TARGETS: dict[str, list[float]] = {
    "avg_data_usage_gb": [5.96, 4.19, 0.03, 2.87, 4.99, 8.04, 39.02],
    "pct_video_usage": [0.403, 0.196, 0, 0.265, 0.400, 0.535, 1],
    "avg_call_duration": [10.01, 4.85, 0, 6.65, 10.02, 13.32, 27.77],
    "sms_freq": [15.01, 3.87, 4, 12, 15, 18, 31],
    "monthly_spend": [109_778, 46_233, 0, 78_000, 102_000, 135_000, 450_000],
    "topup_freq": [2.99, 1.71, 0, 2, 3, 4, 12],
    "travel_score": [0.282, 0.158, 0.003, 0.159, 0.261, 0.386, 0.855],
    "complaint_count": [0.493, 0.704, 0, 0, 0, 1, 5],
}
DECIMALS = {
    "avg_data_usage_gb": 2,
    "pct_video_usage": 3,
    "avg_call_duration": 2,
    "travel_score": 3,
}

# Correlations of the normal variable behind monthly_spend with the one behind data use, which makes
# r = 0.6 of the columns themselves, and with the hidden trend.
SPEND_ON_DATA = 0.63
SPEND_ON_TREND = 0.5
LOG_SPEND_MEDIAN, LOG_SPEND_SD = np.log(102_000), 0.405
# Customers whose last month brought nothing at all: the table's minimum.
ZERO_SPEND_SHARE = 0.003

HIGH_SPEND_QUANTILE = 0.75
PREMIUM_BRANDS = ["Apple", "Samsung"]
# The behaviour with the highest percentile rank picks the offer, unless even that rank is low.
OFFER_BY_BEHAVIOUR = {
    "travel_score": "Roaming Pass",
    "pct_video_usage": "Streaming Partner Pack",
    "sms_freq": "SMS Bundle",
    "topup_freq": "Top-up Promo",
    "avg_call_duration": "Voice Bundle",
    "avg_data_usage_gb": "Data Booster",
}
LOW_RANK = 0.65
OFFERS = [
    *OFFER_BY_BEHAVIOUR.values(),
    "Device Upgrade Offer",
    "Family Plan Offer",
    "General Offer",
    "Retention Offer",
]
OFFER_NOISE = 0.01


def draw_customers(rows: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Draws the customers.

    Returns the table [rows x 10] and the hidden spend trend [rows], a standard normal: below zero,
    spend is falling. The trend is not a column, as callers do not send one; it shows only through a
    low monthly_spend.
    """
    z_data, trend, z_own = rng.standard_normal((3, rows))
    own_weight = np.sqrt(1 - SPEND_ON_DATA**2 - SPEND_ON_TREND**2)
    z_spend = SPEND_ON_DATA * z_data + SPEND_ON_TREND * trend + own_weight * z_own
    spend = np.exp(LOG_SPEND_MEDIAN + LOG_SPEND_SD * z_spend)
    spend[rng.random(rows) < ZERO_SPEND_SHARE] = 0

    raw = {
        "avg_data_usage_gb": stats.gamma.ppf(special.ndtr(z_data), a=2.02, scale=2.95),
        "pct_video_usage": rng.normal(0.4, 0.2, rows),
        "avg_call_duration": rng.normal(10, 4.95, rows),
        "sms_freq": rng.poisson(15, rows),
        "monthly_spend": np.round(spend / 1000) * 1000,
        "topup_freq": rng.poisson(3, rows),
        "travel_score": rng.beta(2, 5.1, rows),
        "complaint_count": rng.poisson(0.495, rows),
    }
    table = pd.DataFrame(
        {
            "plan_type": rng.choice(PLANS, rows, p=[PREPAID_SHARE, 1 - PREPAID_SHARE]),
            "device_brand": rng.choice(list(BRAND_SHARES), rows, p=list(BRAND_SHARES.values())),
        }
    )
    for name, values in raw.items():
        low, high = TARGETS[name][2], TARGETS[name][-1]
        rounded = np.clip(np.round(values, DECIMALS.get(name, 0)), low, high)
        table[name] = rounded if name in DECIMALS else rounded.astype(np.int64)
    return table, trend


def label_offers(table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """The offer of each customer [rows]: by the rules, but for OFFER_NOISE of them any offer."""
    behaviours = list(OFFER_BY_BEHAVIOUR)
    ranks = table[behaviours].rank(pct=True).to_numpy()
    by_behaviour = np.array(list(OFFER_BY_BEHAVIOUR.values()))[ranks.argmax(axis=1)]
    high_spend = table["monthly_spend"] >= table["monthly_spend"].quantile(HIGH_SPEND_QUANTILE)
    offers = np.select(
        [
            table["complaint_count"] > 0,
            high_spend & table["device_brand"].isin(PREMIUM_BRANDS),
            high_spend & (table["plan_type"] == "Postpaid"),
            ranks.max(axis=1) < LOW_RANK,
        ],
        ["Retention Offer", "Device Upgrade Offer", "Family Plan Offer", "General Offer"],
        default=by_behaviour,
    )
    other = rng.choice(OFFERS, len(table))
    return np.where(rng.random(len(table)) < OFFER_NOISE, other, offers)


def label_churn(table: pd.DataFrame, trend: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """1 for the customers who leave, else 0 [rows], drawn from a logistic model.

    Complaints weigh most and each counts; then low and falling spend, a prepaid plan (nothing holds
    the customer), and low use. What the model of six columns does not see (the trend, data use,
    calls) is noise to it, besides the draw itself.
    """
    # The logarithm needs a floor under the customers who spent nothing.
    log_spend = np.log(table["monthly_spend"].clip(lower=10_000))
    spend_score = (log_spend - LOG_SPEND_MEDIAN) / LOG_SPEND_SD
    data_score = np.log(table["avg_data_usage_gb"].clip(lower=0.1) / 5)
    call_score = (table["avg_call_duration"] - 10) / 5
    logit = (
        -4.5
        + 1.5 * table["complaint_count"]
        - 1.1 * spend_score
        - 0.8 * trend
        + 0.9 * (table["plan_type"] == "Prepaid")
        - 0.2 * data_score
        - 0.2 * call_score
        - 0.6 * (table["pct_video_usage"] - 0.4)
    )
    return (rng.random(len(table)) < special.expit(logit.to_numpy())).astype(np.int64)


def make_data(rows: int, seed: int) -> pd.DataFrame:
    """The customers with both labels: [rows x 12], the last two columns being offer and churn."""
    # A stream for each concern, so that a change in one label leaves the rest as it was.
    customers_rng, offer_rng, churn_rng = np.random.default_rng(seed).spawn(3)
    table, trend = draw_customers(rows, customers_rng)
    offer = label_offers(table, offer_rng)
    churn = label_churn(table, trend, churn_rng)
    return table.assign(offer=offer, churn=churn)


def print_report(table: pd.DataFrame) -> None:
    """Prints what was made beside what was aimed at."""
    made = table[list(TARGETS)].describe().T.drop(columns="count")
    made.columns = STATISTICS
    print(f"{'column':18}{'':6}" + "".join(f"{name:>12}" for name in STATISTICS))
    for name, target in TARGETS.items():
        for kind, values in (("aim", target), ("made", made.loc[name])):
            print(f"{name:18}{kind:6}" + "".join(f"{value:>12,.3f}" for value in values))
            name = ""
    correlation = table["monthly_spend"].corr(table["avg_data_usage_gb"])
    print(f"\nspend and data use: r = {correlation:.3f} (aim 0.6)")
    print(f"prepaid: {(table['plan_type'] == 'Prepaid').mean():.3f} (aim {PREPAID_SHARE})")
    print(f"churn: {table['churn'].mean():.4f}\n")
    for column in ("device_brand", "offer"):
        print(table[column].value_counts(normalize=True).round(4).to_string(), "\n")


def main() -> None:
    """Reads the options, writes the CSV, prints the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000, help="number of customers (10000)")
    parser.add_argument("--seed", type=int, default=42, help="of the generator (42)")
    parser.add_argument("--out", type=Path, default=CUSTOMERS, help="CSV to write")
    options = parser.parse_args()
    if options.rows < 1:
        parser.error(f"--rows: expected at least 1, got {options.rows}")
    table = make_data(options.rows, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(options.out, index=False, lineterminator="\n")
    print_report(table)
    print(f"{len(table)} rows written to {options.out}")


if __name__ == "__main__":
    main()
