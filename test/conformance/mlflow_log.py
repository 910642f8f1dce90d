"""Logs and registers a model: mlflow_log.py TRACKING_URI. Prints its run, its rows and its answers as JSON."""
import json
import sys

import mlflow
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

mlflow.set_tracking_uri(sys.argv[1])
random = np.random.default_rng(5)
x = pd.DataFrame(random.normal(size=(80, 3)), columns=['usage', 'spend', 'calls'])
model = RandomForestClassifier(5, max_depth=4, random_state=1).fit(x, x.usage + x.calls > 0)
mlflow.set_experiment('recall-ml')
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(model, name='model', registered_model_name='churn', serialization_format='pickle')
client = mlflow.MlflowClient()
client.set_registered_model_alias('churn', 'champion', '1')
print(json.dumps({
    'run': run.info.run_id, 'rows': x.to_dict('records'), 'answers': model.predict_proba(x).tolist()
}))
