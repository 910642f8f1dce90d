/** Asks the service by a client that hey-api made. Prints the answers as JSON. */
import { readFileSync } from 'node:fs'
import { client } from './client/client.gen.js'
import { getModel, predict, predictBatch, predictStream, recommend } from './client/sdk.gen.js'
import type { PredictAnswer, PredictRow } from './client/types.gen.js'

client.setConfig({ baseUrl: process.argv[2]! })
const rows = JSON.parse(readFileSync(0, 'utf8')) as PredictRow[]

const scores: number[] = []
const confidences: number[] = []
for (const body of rows) {
  scores.push((await predict({ body })).data!.risk_score)
  confidences.push((await recommend({ body })).data!.confidence)
}
const more: PredictRow = { monthly_spend: 65000, plan_type: 'Prepaid', device_brand: 'Nokia', _id: 'a1', engagement_score: 3 }
const extra = await predict({ body: more })
const { data: batch } = await predictBatch({ body: { instances: [...rows, { monthly_spend: -1 }] } })
const inBatch = batch!.predictions.map(one => one.status === 'success' ? one.risk_score : one.code)
const { data: stream } = await predictStream({
  body: rows.map(row => `${JSON.stringify(row)}\n`).join(''), parseAs: 'text', bodySerializer: body => body as string
})
const lines = (stream as string).trimEnd().split('\n').map(line => (JSON.parse(line) as PredictAnswer).risk_score)
const refused = await predict({ body: { monthly_spend: -1 } })
const refusal = refused.error!
const lost = await getModel({ path: { name: 'nothing' } })
const { data: model } = await getModel({ path: { name: 'churn' } })
const { data: explained } = await predict({ query: { explain: 2 }, body: rows[0]! })

console.log(JSON.stringify({
  predict: scores, recommend: confidences, batch: inBatch, failed: batch!.failed, stream: lines, extra: extra.data!.status,
  refused: [refusal.code, 'errors' in refusal ? refusal.errors![0]!.field : ''], lost: lost.error!.code,
  nodes: model!.nNodes, factors: explained!.explanation!.factors.length
}, (_key, value: unknown) => typeof value === 'bigint' ? Number(value) : value))
