/** `node train-mljs.js FOREST.json`: a forest that ml-random-forest trains. Small, as its training is quadratic. */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { makeCustomers } from '../lib/customers.js'
import { numbersOf } from '../lib/forests.js'

/** What is used of the package. */
interface Classifier {
  train(rows: number[][], labels: number[]): void
  toJSON(): unknown
}

const { RandomForestClassifier } = createRequire(import.meta.url)('ml-random-forest') as
  { RandomForestClassifier: new (options: object) => Classifier }

const customers = makeCustomers(800, 2)
const labels = customers.map(({ complaint_count: complaints, travel_score: travel, pct_video_usage: video }) =>
  Number(complaints) > 0 ? 0 : Number(travel) > 0.4 ? 1 : Number(video) > 0.5 ? 2 : 3)
const forest = new RandomForestClassifier({ seed: 1, nEstimators: 50, maxFeatures: 0.8, replacement: true })
forest.train(customers.map(numbersOf), labels)
writeFileSync(process.argv[2], JSON.stringify(forest))
