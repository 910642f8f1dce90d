"""A file of customers scored as one does it with pandas and scikit-learn: read, prepare, predict, write."""
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from customers import NUMBERS

model, folder, source, target = sys.argv[1:5]
FOLDER = Path(folder)
JOBS = 2


def encode(column, encoder, missing, unknown):
    """Codes of categories, looked up at once for the whole column."""
    codes = {label: code for code, label in enumerate(encoder.classes_)}
    return column.map(codes).where(column.notna(), codes.get(missing, 0)).fillna(codes.get(unknown, 0)).astype(int)


def prepare(customers, plans, brands, plan):
    """The model's columns, the two derived features among them."""
    table = customers[NUMBERS].fillna(0)
    table['plan_type'] = encode(customers['plan_type'], plans, plan, None)
    table['device_brand'] = encode(customers['device_brand'], brands, 'Other', 'Other')
    table['video_data_intensity'] = table['avg_data_usage_gb'] * table['pct_video_usage']
    table['spend_per_call_unit'] = table['monthly_spend'] / (table['avg_call_duration'] + 1)
    return table


def recommend(customers):
    files = joblib.load(FOLDER / 'telco_pipeline_model.pkl')
    pipeline = files['model']
    pipeline[-1].n_jobs = JOBS
    table = prepare(customers, files['le_plan'], files['le_device'], 'Prepaid')
    probabilities = pipeline.predict_proba(table[files['features']])
    best = probabilities.argmax(axis=1)
    names = files['le_target'].inverse_transform(pipeline.classes_)
    customers['offer_name'] = names[best]
    customers['confidence'] = probabilities[np.arange(len(best)), best]


def churn(customers):
    forest = joblib.load(FOLDER / 'rf_churn_risk_model.pkl')
    encoders = joblib.load(FOLDER / 'label_encoders.pkl')
    scaler = joblib.load(FOLDER / 'scaler.pkl')
    forest.n_jobs = JOBS
    columns = list(forest.feature_names_in_)
    table = prepare(customers, encoders['plan_type'], encoders['device_brand'], None)[columns]
    scaled = pd.DataFrame(scaler.transform(table), columns=columns)
    score = forest.predict_proba(scaled)[:, 1]
    customers['prediction'] = (score > 0.5).astype(int)
    customers['risk_score'] = score
    customers['risk_category'] = np.select([score >= 0.6, score >= 0.3], ['HIGH', 'MEDIUM'], 'LOW')


customers = pd.read_csv(source)
{'recommend': recommend, 'churn': churn}[model](customers)
customers.to_csv(target, index=False)
