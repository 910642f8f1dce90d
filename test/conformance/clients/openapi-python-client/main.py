"""Asks the service by a client that openapi-python-client made. Prints the answers as JSON."""

import json
import sys

from recall_ml_client import Client
from recall_ml_client.api.churn import predict, predict_batch
from recall_ml_client.api.models import get_model
from recall_ml_client.api.recommendation import recommend
from recall_ml_client.models import ErrorAnswer, PredictBatchRows, PredictRow, RecommendRow

client = Client(base_url=sys.argv[1])
rows = json.load(sys.stdin)

scores = [predict.sync(client=client, body=PredictRow.from_dict(row)).risk_score for row in rows]
confidences = [recommend.sync(client=client, body=RecommendRow.from_dict(row)).confidence for row in rows]
more = PredictRow.from_dict({"monthly_spend": 65000, "device_brand": "Nokia", "_id": "a1", "engagement_score": 3})
instances = [PredictRow.from_dict(row) for row in [*rows, {"monthly_spend": -1}]]
batch = predict_batch.sync(client=client, body=PredictBatchRows(instances=instances))
refused = predict.sync(client=client, body=PredictRow(monthly_spend=-1))
json.dump(
    {
        "predict": scores,
        "recommend": confidences,
        "batch": [one.code if isinstance(one, ErrorAnswer) else one.risk_score for one in batch.predictions],
        "failed": batch.failed,
        # It makes nothing for lines of JSON.
        "stream": None,
        "extra": predict.sync(client=client, body=more).status,
        "refused": [refused.code, refused.errors[0].field],
        "lost": get_model.sync(name="nothing", client=client).code,
        "nodes": get_model.sync(name="churn", client=client).n_nodes,
        "factors": len(predict.sync(client=client, body=PredictRow.from_dict(rows[0]), explain=2).explanation.factors),
    },
    sys.stdout,
)
