/** Many rows through large forests: how many each way of sending them answers. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCORERS, SERVERS } from '../lib/cases.js'
import { runLoad } from '../lib/load.js'
import { CACHE } from '../lib/paths.js'
import { freePort, pin, run, startServer } from '../lib/processes.js'
import { post, until } from '../lib/served.js'
import { FEATURES, makeForest, makeRows, predictPlainly } from '../lib/synthetic.js'
import type { Recorder, Settings } from '../lib/types.js'
import { splitCores } from './http.js'

/** Forests by the size of their dumps, roughly. */
export const BATCH_CASES = [
  { name: '25-MB', trees: 200, nodes: 900_000 },
  { name: '200-MB', trees: 500, nodes: 7_200_000 }
] as const

/** Rows of a batch, and of a request to `/v2`. */
const BATCH = 2000

/** Rows of a stream, and of a file. */
const MANY = 40_000

const NAMES = Array.from({ length: FEATURES }, (_, f) => `x${f}`)

export async function measureBatches(settings: Settings, recorder: Recorder): Promise<void> {
  for (const { name, ...size } of BATCH_CASES) {
    if (!settings.wants('batches', name)) continue
    const folder = await prepare(name, size, settings)
    for (let round = 1; round <= settings.rounds; round++) {
      recorder.progress(`rows: ${name}, round ${round} of ${settings.rounds}`)
      const add = (task: string, rowsPerSecond: number) =>
        recorder.add('batches', 'recall-ml', `${name}, ${task}`, 'rows per second', rowsPerSecond)
      await measureService(folder, settings, add)
      add('score', await timeRows(MANY, () => score(folder, settings)))
    }
  }
}

/** @returns a folder with a dump, and rows in each form. Made once. */
async function prepare(
  name: string, { trees, nodes }: { readonly trees: number, readonly nodes: number }, { root }: Settings
): Promise<string> {
  const folder = join(CACHE, 'batches', name)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(join(unfinished, 'models'), { recursive: true })
  const forest = makeForest({ trees, depth: 0, nodes, classes: 2 })
  const values = makeRows(MANY)
  const dump = join(unfinished, 'models', 'large.json')
  writeFileSync(dump, JSON.stringify({
    format: 'recall-ml/forest', formatVersion: 3, name: 'large',
    provenance: { converter: 'bench', recipe: 'none', estimator: 'RandomForestClassifier', sources: [], golden: 'none' },
    inputs: NAMES.map(input => ({ name: input, type: 'number' })), steps: [],
    task: 'classifier', outputs: [{ name: 'y', classes: [0, 1] }],
    golden: [{ input: Object.fromEntries(NAMES.map((input, f) => [input, values[f]])), values: predictPlainly(forest, values) }],
    model: forest
  }))
  await run({ program: process.execPath, args: [join(root, 'dist', 'tools', 'cli.js'), 'seal', dump] })
  const rows = Array.from({ length: MANY }, (_, i) =>
    JSON.stringify(Object.fromEntries(NAMES.map((input, f) => [input, values[i * FEATURES + f]]))))
  writeFileSync(join(unfinished, 'rows.ndjson'), rows.join('\n'))
  const lines = Array.from({ length: MANY }, (_, i) => values.subarray(i * FEATURES, (i + 1) * FEATURES).join(','))
  writeFileSync(join(unfinished, 'rows.csv'), `${NAMES.join(',')}\n${lines.join('\n')}\n`)
  renameSync(unfinished, folder)
  return folder
}

async function measureService(
  folder: string, { root, loadSeconds, quick }: Settings, add: (task: string, rowsPerSecond: number) => void
): Promise<void> {
  const port = await freePort()
  const command = SERVERS[0].command({
    root, program: process.execPath, port, processes: 1, pickles: '', dumps: join(folder, 'models'), served: folder
  })
  const server = startServer(pin(command, splitCores(1).server))
  try {
    const base = `http://127.0.0.1:${port}`
    const predict = `${base}/models/large/predict`
    await until(async () => (await fetch(`${base}/models`)).ok, () => server.ended() ? server.complaints() : undefined)
    const values = makeRows(BATCH)
    const rows = Array.from({ length: BATCH }, (_, i) =>
      Object.fromEntries(NAMES.map((input, f) => [input, values[i * FEATURES + f]])))
    const batch = JSON.stringify({ instances: rows })
    const v2 = JSON.stringify({
      inputs: NAMES.map((input, f) => ({
        name: input, datatype: 'FP64', shape: [BATCH, 1], data: rows.map(row => row[NAMES[f]])
      }))
    })
    const times = quick ? 3 : 10
    for (const [task, url, body] of [['batch', `${predict}/batch`, batch], ['/v2', `${base}/v2/models/large/infer`, v2]]) {
      await ask(url, body)
      add(task, await timeRows(BATCH * times, async () => {
        for (let i = 0; i < times; i++) await ask(url, body)
      }))
    }
    const file = join(folder, 'rows.ndjson')
    const client = ['--silent', '--show-error', '--fail', '--output', '/dev/null', '--header', 'content-type: application/x-ndjson']
    add('stream', await timeRows(MANY, () =>
      run({ program: 'curl', args: [...client, '--data-binary', `@${file}`, `${predict}/batch`] })))
    const load = { url: predict, bodies: file, cores: splitCores(1).client, connections: 64 }
    await runLoad({ ...load, seconds: 1 })
    add('single rows, 64 connections', (await runLoad({ ...load, seconds: loadSeconds })).requestsPerSecond)
  } finally {
    await server.stop()
  }
}

async function ask(url: string, body: string): Promise<void> {
  const response = await post(url, body)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text.slice(0, 300)}`)
}

async function score(folder: string, { root }: Settings): Promise<void> {
  const output = join(folder, 'scored.csv')
  rmSync(output, { force: true })
  await run(SCORERS[0].command({
    root, program: process.execPath, model: 'large', input: join(folder, 'rows.csv'), output, pickles: '', dumps: join(folder, 'models')
  }))
}

async function timeRows(rows: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return rows / (performance.now() - startedAt) * 1000
}
