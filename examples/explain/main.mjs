/** Fills the `churn_factors` of a customer's record with the strongest reasons for the risk. */
import { readFile } from 'node:fs/promises'
import { createExplainer } from 'recall-ml/explain'

const explainer = createExplainer(JSON.parse(await readFile(process.argv[2], 'utf8')))

const customer = {
  id: 'C-1042', plan_type: 'Prepaid', device_brand: 'Samsung', complaint_count: 4, monthly_spend: 20,
  travel_score: 0.1, pct_video_usage: 0.6
}

const { value, base, factors } = explainer.explain(customer, { label: 1, top: 3 })
const record = {
  ...customer,
  churn_risk: value,
  churn_factors: factors.map(({ fields, contribution }) => ({
    field: fields.join(' and '),
    effect: contribution > 0 ? 'raises the risk' : 'lowers the risk',
    contribution
  }))
}
console.log(JSON.stringify(record))
console.error(`risk ${value.toFixed(3)}, of a customer of whom nothing is known ${base.toFixed(3)}`)
