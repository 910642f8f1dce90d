"""The same two routes as FastAPI with onnxruntime: the preprocessing in plain Python, the forests as skl2onnx made them."""
import json
import os
from pathlib import Path
from typing import Optional

import numpy as np
import onnxruntime
from customers import Fields, describe_offer, describe_risk
from fastapi import FastAPI
from pydantic import BaseModel, Field

FOLDER = Path(os.environ['SERVED'])


class Profile(BaseModel):
    avg_data_usage_gb: Optional[float] = Field(None, ge=0)
    pct_video_usage: Optional[float] = Field(None, ge=0, le=1)
    avg_call_duration: Optional[float] = Field(None, ge=0)
    sms_freq: Optional[float] = Field(None, ge=0)
    monthly_spend: Optional[float] = Field(None, ge=0)
    topup_freq: Optional[float] = Field(None, ge=0)
    travel_score: Optional[float] = Field(None, ge=0, le=1)
    complaint_count: Optional[float] = Field(None, ge=0)
    plan_type: Optional[str] = None
    device_brand: Optional[str] = None


class Model:
    """A forest and what stands before it. `parts.json` has the categories, the columns and their scaling."""

    def __init__(self, name):
        parts = json.loads((FOLDER / f'{name}.parts.json').read_text())
        self.columns, self.classes = parts['columns'], parts['classes']
        self.mean, self.scale = np.array(parts['mean']), np.array(parts['scale'])
        self.fields = Fields(parts['plans'], parts['brands'], parts['missingPlan'])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            parts['onnx'], options, providers=['CPUExecutionProvider'])
        self.input = self.session.get_inputs()[0].name
        self.output = [self.session.get_outputs()[1].name]

    def predict(self, profile):
        columns = self.fields.columns(profile.__dict__)
        row = (np.array([columns[name] for name in self.columns]) - self.mean) / self.scale
        return self.session.run(self.output, {self.input: row.astype(np.float32).reshape(1, -1)})[0][0]


offers = Model('recommend')
churn = Model('churn')
app = FastAPI()


@app.post('/recommend')
async def recommend(profile: Profile):
    probabilities = offers.predict(profile)
    best = int(np.argmax(probabilities))
    return describe_offer(offers.classes[best], float(probabilities[best]))


@app.post('/predict')
async def predict(profile: Profile):
    return describe_risk(float(churn.predict(profile)[1]))
