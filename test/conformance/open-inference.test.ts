/**
 * The service asked by clients of the Open Inference Protocol that others wrote, Triton's and KServe's, where
 * OIP_PYTHON names a Python with open-inference-requirements.txt. Their answers are the bits of the JSON routes.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { readVariable } from '../helpers/environment.js'
import { startListening } from '../helpers/service-process.js'

const SCRIPT = join(PACKAGE_ROOT, 'test', 'conformance', 'open_inference_clients.py')
const SEED = 20_26
const ROWS = 64

interface Outputs {
  predict: Array<string | number>
  predict_proba: string[]
}

interface Asked {
  id: string
  parameters: { defaulted?: string } | null
  shapes: Record<string, number[]>
  outputs: Outputs
}

interface Refusal {
  status: string
  message: string
}

interface Answers {
  triton: Record<string, unknown> & {
    metadata: { name: string, inputs: Array<{ name: string, datatype: string }> }
    statistics: { model_stats: Array<{ inference_count: number, execution_count: number }> }
  } & Record<'binary' | 'binary_to_json' | 'json_to_binary' | 'json' | 'one_output' | 'compressed_answer' | 'missing', Asked>
  & Record<'unknown' | 'misspelt' | 'missing_in_json', Refusal>
  kserve: Record<string, unknown> & Record<'json' | 'binary', Asked> & { refusal: string }
}

interface JsonAnswer {
  prediction: string | number
  probabilities: number[]
  defaulted?: string[]
}

const python = readVariable('OIP_PYTHON')

if (python === undefined) t.pass("Triton's and KServe's clients", { skip: 'OIP_PYTHON names no Python' })
else {
  t.setTimeout(300_000)
  for (const model of ['recommend', 'churn']) t.test(model, async t => askClients(t, python, model))
}

async function askClients(t: Test, python: string, model: string): Promise<void> {
  t.comment(`seed ${SEED}`)
  const { port } = await startListening(t, { MODEL_CONTROL: 'explicit' })
  const columns = makeColumns()
  const names = Object.keys(columns)
  const datatypes = Object.fromEntries(names.map(name => [name, typeof columns[name][0] === 'string' ? 'BYTES' : 'FP64']))
  const { triton, kserve } = JSON.parse(
    await run(python, [SCRIPT, `127.0.0.1:${port}`, model], JSON.stringify({ columns, datatypes }))
  ) as Answers

  const predict = async (gaps: boolean) => {
    const answers: JsonAnswer[] = []
    for (let i = 0; i < ROWS; i++) {
      const isGap = (name: string) => gaps && i === 0 && datatypes[name] === 'FP64'
      const row = Object.fromEntries(names.map(name => [name, isGap(name) ? null : columns[name][i]]))
      const response = await fetch(`http://127.0.0.1:${port}/models/${model}/predict`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row)
      })
      answers.push(await response.json() as JsonAnswer)
    }
    return answers
  }
  const answers = await predict(false)
  const expected = toOutputs(answers)
  for (const way of ['binary', 'binary_to_json', 'json_to_binary', 'json', 'compressed_answer'] as const) {
    t.strictSame(triton[way].outputs, expected, `Triton's client, ${way}: the bits of ${ROWS} rows`)
  }
  t.strictSame(triton.one_output.outputs, { predict_proba: expected.predict_proba })
  t.strictSame(triton.binary.shapes, { predict: [ROWS], predict_proba: [ROWS, answers[0].probabilities.length] })
  t.equal(triton.binary.id, '42')
  for (const way of ['json', 'binary'] as const) {
    t.strictSame(kserve[way].outputs, expected, `KServe's client, ${way}: the bits of ${ROWS} rows`)
    t.equal(kserve[way].id, 'k')
  }

  const withGaps = await predict(true)
  t.strictSame(triton.missing.outputs, toOutputs(withGaps), 'NaN in a binary tensor is a missing value')
  const defaulted: Record<string, number> = {}
  for (const field of withGaps.flatMap(answer => answer.defaulted ?? [])) defaulted[field] = (defaulted[field] ?? 0) + 1
  t.strictSame(JSON.parse(triton.missing.parameters?.defaulted ?? '{}'), defaulted)
  t.match(triton.missing_in_json, { status: '400', message: /send null for a missing value/ })

  t.match(triton, {
    live: true, ready: true, model_ready: true, version_ready: [true, false], load: null,
    server: { name: 'recall-ml' }, metadata: { name: model, versions: ['1'] },
    unloading: {
      unload: null, ready: false, server_ready: true, state: ['UNAVAILABLE', 'unloaded'], dependents: null, load: null,
      infer: { status: '503', message: /is not ready: unloaded/ }, override: { status: '400', message: /expected nothing/ },
      ready_again: true, state_again: ['READY', '']
    },
    unknown: { status: '404', message: /No model is called/ },
    misspelt: { status: '400', message: /"nothing"/ }
  })
  t.match(triton.index, [{ name: 'recommend', state: 'READY' }, { name: 'churn', state: 'READY' }])
  t.strictSame(triton.metadata.inputs.map(({ name, datatype }) => [name, datatype]), Object.entries(datatypes))
  t.match(triton.statistics.model_stats, [{ inference_count: 7 * ROWS, execution_count: 7 }])
  t.match(triton.all_statistics, { model_stats: [{ name: 'recommend' }, { name: 'churn' }] })
  t.match(kserve, { live: true, ready: true, model_ready: true, unknown_ready: false })
  t.match(kserve.refusal, /inputs: expected a list of tensors.*400/)
}

function toOutputs(answers: readonly JsonAnswer[]): Outputs {
  return {
    predict: answers.map(({ prediction }) => prediction),
    predict_proba: answers.flatMap(({ probabilities }) => probabilities.map(toHex))
  }
}

function toHex(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

/** Customers: some values are whole, some brands unknown. */
function makeColumns(): Record<string, Array<number | string>> {
  let state = SEED
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const column = (make: () => number | string) => Array.from({ length: ROWS }, make)
  const pick = (...texts: string[]) => () => texts[Math.floor(random() * texts.length)]
  return {
    avg_data_usage_gb: column(() => random() * 30),
    pct_video_usage: column(random),
    avg_call_duration: column(() => random() * 20),
    sms_freq: column(() => Math.floor(random() * 40)),
    monthly_spend: column(() => Math.floor(random() * 300_000)),
    topup_freq: column(() => Math.floor(random() * 10)),
    travel_score: column(random),
    complaint_count: column(() => Math.floor(random() * 6)),
    plan_type: column(pick('Prepaid', 'Postpaid')),
    device_brand: column(pick('Apple', 'Samsung', 'Vivo', 'Nokia', 'Ωmega'))
  }
}

async function run(program: string, args: string[], input: string): Promise<string> {
  const running = promisify(execFile)(program, args, { maxBuffer: 2 ** 26 })
  running.child.stdin?.end(input)
  return (await running).stdout
}
