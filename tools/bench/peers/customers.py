"""From a request to a model's columns, with the contract's fallbacks: what Flask and FastAPI share."""
NUMBERS = [
    'avg_data_usage_gb', 'pct_video_usage', 'avg_call_duration', 'sms_freq', 'monthly_spend', 'topup_freq',
    'travel_score', 'complaint_count',
]


class Fields:
    """`plans` and `brands`: the categories in code order. `plan`: what a missing plan counts as."""

    def __init__(self, plans, brands, plan):
        self.plans = {label: code for code, label in enumerate(plans)}
        self.brands = {label: code for code, label in enumerate(brands)}
        self.missing_plan = self.plans.get(plan, 0)
        self.other_brand = self.brands.get('Other', 0)

    def columns(self, request):
        """Column name to number, the two derived features among them. Raises ValueError naming a field."""
        row = {name: read_number(request, name) for name in NUMBERS}
        plan, brand = request.get('plan_type'), request.get('device_brand')
        row['plan_type'] = self.missing_plan if plan is None else self.plans.get(plan, 0)
        row['device_brand'] = self.brands.get(brand, self.other_brand)
        row['video_data_intensity'] = row['avg_data_usage_gb'] * row['pct_video_usage']
        row['spend_per_call_unit'] = row['monthly_spend'] / (row['avg_call_duration'] + 1)
        return row


def read_number(request, name):
    value = request.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f'{name}: expected a number, received {value!r}')
    return value


def describe_risk(score):
    category = 'HIGH' if score >= 0.6 else 'MEDIUM' if score >= 0.3 else 'LOW'
    answer = {'status': 'success', 'prediction': int(score > 0.5), 'risk_score': score, 'risk_category': category}
    return {**answer, 'result': dict(answer)}


def describe_offer(name, confidence):
    return {'status': 'success', 'offer_name': name, 'confidence': confidence, 'offer_type': 'AUTO_MAPPED'}
