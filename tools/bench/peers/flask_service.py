"""The same two routes as Flask serves them: scikit-learn's files loaded once, each request a table of one row."""
import os
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from customers import Fields, describe_offer, describe_risk
from flask import Flask, jsonify, request

FOLDER = Path(os.environ['MODEL_PATH'])
offers = joblib.load(FOLDER / 'telco_pipeline_model.pkl')
offer_fields = Fields(offers['le_plan'].classes_, offers['le_device'].classes_, 'Prepaid')
offer_names = [str(label) for label in offers['le_target'].inverse_transform(offers['model'].classes_)]
churn = joblib.load(FOLDER / 'rf_churn_risk_model.pkl')
encoders = joblib.load(FOLDER / 'label_encoders.pkl')
scaler = joblib.load(FOLDER / 'scaler.pkl')
churn_fields = Fields(encoders['plan_type'].classes_, encoders['device_brand'].classes_, None)
churn_columns = list(churn.feature_names_in_)
# A process serves one request at a time: threads for the trees only cost.
churn.n_jobs = 1

app = Flask(__name__)


@app.errorhandler(ValueError)
def refuse(error):
    return jsonify(status='error', message=str(error)), 400


@app.post('/recommend')
def recommend():
    columns = offer_fields.columns(request.get_json())
    table = pd.DataFrame([columns], columns=offers['features'])
    probabilities = offers['model'].predict_proba(table)[0]
    best = int(np.argmax(probabilities))
    return jsonify(describe_offer(offer_names[best], float(probabilities[best])))


@app.post('/predict')
def predict():
    columns = churn_fields.columns(request.get_json())
    table = pd.DataFrame([columns], columns=churn_columns)
    scaled = pd.DataFrame(scaler.transform(table), columns=churn_columns)
    return jsonify(describe_risk(float(churn.predict_proba(scaled)[0][1])))
