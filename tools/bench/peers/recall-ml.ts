/** This project's evaluator. With several threads each has a forest of its own and a share of the rows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { runPeer, type Job, type Peer } from './harness.js'
import { loadEvaluator } from './load-evaluator.js'

/** The evaluator is that of whichever commit is measured, so only its shape is known here. */
interface Evaluator {
  compileForest: (forest: unknown) => object
  predictRows: (forest: object, rows: Float64Array, nRows: number, out: Float64Array) => void
  compileEstimator: (model: Model, features: readonly string[]) => Estimator
}

interface Estimator {
  evaluate(row: Float64Array, values: Float64Array): void
}

/** What is read of a dump. */
interface Model {
  readonly features: string[]
  readonly link?: object
}

interface Input {
  readonly rows: Float64Array
  readonly nRows: number
  readonly out: Float64Array
}

async function loadForest({ root, folder, nFeatures, nOutputs }: Job): Promise<(input: Input) => Float64Array> {
  const { compileForest, predictRows, compileEstimator } =
    await loadEvaluator<Evaluator>(root, ['compile.js', 'walk.js', 'estimator.js'])
  const { model } = JSON.parse(readFileSync(join(folder, 'dump.json'), 'utf8')) as { model: Model }
  if (model.link !== undefined) {
    // What the trees add up to is not yet the answer.
    const estimator = compileEstimator(model, model.features)
    return ({ rows, nRows, out }) => {
      for (let i = 0; i < nRows; i++) {
        const values = out.subarray(i * nOutputs, (i + 1) * nOutputs)
        estimator.evaluate(rows.subarray(i * nFeatures, (i + 1) * nFeatures), values)
      }
      return out
    }
  }
  const forest = compileForest(model)
  return ({ rows, nRows, out }: Input) => {
    predictRows(forest, rows, nRows, out)
    return out
  }
}

async function loadOne(job: Job): Promise<Peer<Input, Float64Array>> {
  return {
    version: readVersion(job),
    prepare: (rows, nRows) => ({ rows, nRows, out: new Float64Array(nRows * job.nOutputs) }),
    predict: await loadForest(job),
    values: out => out
  }
}

async function loadThreads(job: Job): Promise<Peer<Input, Float64Array>> {
  const workers = Array.from({ length: job.threads }, () => new Worker(new URL(import.meta.url), { workerData: job }))
  const ask = (worker: Worker, message: Input) => new Promise(resolve => {
    worker.once('message', resolve)
    worker.postMessage(message)
  })
  await Promise.all(workers.map(worker => new Promise(resolve => worker.once('message', resolve))))
  const shared = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length))
  return {
    version: readVersion(job),
    prepare: (rows, nRows) => {
      const copy = shared(rows.length)
      copy.set(rows)
      return { rows: copy, nRows, out: shared(nRows * job.nOutputs) }
    },
    predict: async ({ rows, nRows, out }) => {
      const share = Math.ceil(nRows / workers.length)
      await Promise.all(workers.map((worker, i) => {
        const from = Math.min(i * share, nRows)
        const to = Math.min(from + share, nRows)
        return ask(worker, {
          rows: rows.subarray(from * job.nFeatures, to * job.nFeatures),
          nRows: to - from,
          out: out.subarray(from * job.nOutputs, to * job.nOutputs)
        })
      }))
      return out
    },
    values: out => out,
    close: () => workers.forEach(worker => void worker.terminate())
  }
}

function readVersion({ root }: Job): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}

if (isMainThread) await runPeer(job => job.threads > 1 ? loadThreads(job) : loadOne(job))
else {
  const predict = await loadForest(workerData as Job)
  parentPort?.on('message', (input: Input) => {
    predict(input)
    parentPort?.postMessage(0)
  })
  parentPort?.postMessage(0)
}
