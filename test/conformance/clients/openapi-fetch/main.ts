/** Asks the service by types that openapi-typescript made, and openapi-fetch. Prints the answers as JSON. */
import { readFileSync } from 'node:fs'
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'

type Row = components['schemas']['PredictRow']

const client = createClient<paths>({ baseUrl: process.argv[2]! })
const rows = JSON.parse(readFileSync(0, 'utf8')) as Row[]

const predict: number[] = []
const recommend: number[] = []
for (const body of rows) {
  const { data: risk } = await client.POST('/predict', { body })
  predict.push(risk!.risk_score)
  const { data: offer } = await client.POST('/recommend', { body })
  recommend.push(offer!.confidence)
}

// What the caller's record has besides is no error of types.
const more: Row = { monthly_spend: 65000, plan_type: 'Prepaid', device_brand: 'Nokia', _id: 'a1', engagement_score: 3 }
const extra = await client.POST('/predict', { body: more })

const { data: batch } = await client.POST('/predict/batch', { body: { instances: [...rows, { monthly_spend: -1 }] } })
const scores = batch!.predictions.map(one => one.status === 'success' ? one.risk_score : one.code)

const { data: stream } = await client.POST('/predict/stream', {
  body: rows.map(row => `${JSON.stringify(row)}\n`).join(''), bodySerializer: body => body,
  headers: { 'content-type': 'application/x-ndjson' }, parseAs: 'text'
})
const lines = stream!.trimEnd().split('\n').map(line => (JSON.parse(line) as components['schemas']['PredictAnswer']).risk_score)

const refused = await client.POST('/predict', { body: { monthly_spend: -1 } })
const lost = await client.GET('/models/{name}', { params: { path: { name: 'nothing' } } })
const { data: model } = await client.GET('/models/{name}', { params: { path: { name: 'churn' } } })
const { data: explained } = await client.POST('/predict', { params: { query: { explain: 2 } }, body: rows[0]! })

console.log(JSON.stringify({
  predict, recommend, batch: scores, failed: batch!.failed, stream: lines, extra: extra.data!.status,
  refused: [refused.error!.code, 'errors' in refused.error! ? refused.error.errors![0]!.field : ''],
  lost: lost.error!.code, nodes: model!.nNodes, factors: explained!.explanation!.factors.length
}))
