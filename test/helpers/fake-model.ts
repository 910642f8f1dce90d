import type { Input, Label, Output } from '../../src/dump/dump.js'
import { predictEach } from '../../src/model/predict-rows.js'
import type { Model, ModelEntry, Prediction, Row } from '../../src/model/types.js'

const number = (name: string, unit: string, example: number, maximum?: number): Input => ({
  name, type: 'number', description: name.replaceAll('_', ' '), unit, minimum: 0, example, fallback: { missing: 0 },
  ...(maximum !== undefined && { maximum })
})

/** The ten fields of the contract, with the categories of the shipped models. */
const TEN_INPUTS: readonly Input[] = [
  number('avg_data_usage_gb', 'GB a month', 6.5),
  number('pct_video_usage', 'share of data', 0.75, 1),
  number('avg_call_duration', 'minutes', 8),
  number('sms_freq', 'SMS a month', 5),
  number('monthly_spend', 'IDR a month', 95_000),
  number('topup_freq', 'top-ups a month', 3),
  number('travel_score', 'score', 0.2, 1),
  number('complaint_count', 'complaints', 0),
  {
    name: 'plan_type', type: 'category', description: 'Plan', categories: ['Postpaid', 'Prepaid'], example: 'Postpaid',
    fallback: { missing: 'Prepaid', unknown: 'Postpaid' }
  },
  {
    name: 'device_brand', type: 'category', description: 'Brand of the phone', example: 'Samsung',
    categories: ['Apple', 'Huawei', 'Oppo', 'Other', 'Realme', 'Samsung', 'Vivo', 'Xiaomi'],
    fallback: { missing: 'Apple', unknown: 'Apple' }
  }
]

/** A body of usable values. */
export const GOOD_BODY = Object.freeze({
  avg_data_usage_gb: 6.5, pct_video_usage: 0.75, avg_call_duration: 8, sms_freq: 5, monthly_spend: 95_000,
  topup_freq: 3, travel_score: 0.2, complaint_count: 0, plan_type: 'Postpaid', device_brand: 'Samsung'
})

export interface FakeOptions {
  inputs?: readonly Input[]
  used?: readonly string[]
  classes?: readonly Label[]
  probabilities?: readonly number[]
  /** Replaces the classes and probabilities. */
  outputs?: readonly Output[]
  task?: Model['task']
  values?: readonly number[]
  classNumbers?: Model['classNumbers']
  featureImportances?: Model['featureImportances']
  example?: Row
  /** Replaces the answer; may throw. */
  predict?: (row: Row) => Prediction
}

/** A model that answers the same to every row, and counts its gaps as a real one does. */
export function fakeModel(name: string, options: FakeOptions = {}): Model {
  const inputs = options.inputs ?? TEN_INPUTS
  const usedInputs = new Set(options.used ?? inputs.map(input => input.name))
  const outputs = options.outputs ?? [{ classes: [...options.classes ?? ['Voice Bundle', 'Roaming Pass']] }]
  const values = Float64Array.from(options.values ?? options.probabilities ?? [0.1, 0.9])
  const classIndexes = firstMaxima(outputs, values)
  const model: Model = {
    name,
    description: `A fake ${name} model.`,
    inputs,
    usedInputs,
    task: options.task ?? 'classifier',
    outputs,
    classNumbers: 'classNumbers' in options ? options.classNumbers : 'probabilities',
    featureImportances: options.featureImportances,
    example: options.example,
    provenance: { converter: 'test', recipe: 'test', estimator: 'none', sources: [], golden: 'none' },
    nTrees: 1,
    nNodes: 3,
    nFeatures: inputs.length,
    predict: options.predict ?? (row => {
      const gaps = inputs.filter(input => usedInputs.has(input.name) && isGap(input, row[input.name]))
      return { values, classIndexes, defaulted: gaps.length > 0 ? gaps.map(input => input.name) : undefined }
    }),
    predictRows: (items, read) => predictEach(model, items, read)
  }
  return model
}

/** The most probable class of each output; 0 for an output that is a number. */
function firstMaxima(outputs: readonly Output[], values: Float64Array): Int32Array {
  let start = 0
  return Int32Array.from(outputs, ({ classes }) => {
    const own = [...values.subarray(start, start += classes?.length ?? 1)]
    return own.indexOf(Math.max(...own))
  })
}

function isGap(input: Input, value: unknown): boolean {
  if (value === undefined || value === null) return true
  return input.type === 'category' && !input.categories.includes(value as string)
}

/** A entry with a fake model in it. */
export function fakeEntry(name: string, options: FakeOptions = {}): ModelEntry {
  return { name, path: `/srv/secret models/${name}.json`, model: fakeModel(name, options), bytes: 1234, digest: 'of a fake', loadMs: 5.6 }
}

/** Both models of the service. */
export function fakeEntries(recommend: FakeOptions = {}, churn: FakeOptions = {}): ModelEntry[] {
  const risk = { classes: [0, 1], probabilities: [0.65, 0.35] }
  return [fakeEntry('recommend', recommend), fakeEntry('churn', { ...risk, ...churn })]
}
