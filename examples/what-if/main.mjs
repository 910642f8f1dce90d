/** What would have to change for a customer not to leave: one field by itself, and the cheapest change of two. */
import { readFile } from 'node:fs/promises'
import { createWhatIf } from 'recall-ml/what-if'

const whatIf = createWhatIf(JSON.parse(await readFile(process.argv[2], 'utf8')))

const customer = {
  plan_type: 'Prepaid', device_brand: 'Samsung', complaint_count: 4, monthly_spend: 20000, travel_score: 0.1,
  pct_video_usage: 0.6
}
const risk = { label: 1, thresholds: [0.3, 0.6], categories: ['LOW', 'MEDIUM', 'HIGH'] }

const { now, fields } = whatIf.nearest(customer, risk)
const { changes, outcome, proven } = whatIf.cheapest(customer, { ...risk, fixed: ['device_brand'] })
console.log(JSON.stringify({
  now,
  alone: fields.map(({ field, down, up }) => ({ field, down: down?.plausible?.value, up: up?.plausible?.value })),
  together: { changes, outcome, proven }
}))
