/** onnxruntime in Node.js, with the forest that skl2onnx made. The rows are float32, which is what it takes. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runPeer } from './harness.js'

/** What is used of the package, which may not be installed. */
interface Ort {
  InferenceSession: { create(path: string, options: object): Promise<Session> }
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => object
}

interface Session {
  readonly inputNames: string[]
  readonly outputNames: string[]
  run(feeds: object, fetches: string[]): Promise<Record<string, { data: Float32Array }>>
}

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor } = require('onnxruntime-node') as Ort
const { version } = require('onnxruntime-node/package.json') as { version: string }

await runPeer(async ({ folder, nFeatures, threads }) => {
  // 0: as many threads as it sees fit.
  const options = threads === 0 ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }
  const session = await InferenceSession.create(join(folder, 'forest.onnx'), options)
  const [name] = session.inputNames
  const probabilities = session.outputNames[1]
  return {
    version,
    prepare: (rows, nRows) => ({ data: Float32Array.from(rows), shape: [nRows, nFeatures] }),
    predict: ({ data, shape }) => session.run({ [name]: new Tensor('float32', data, shape) }, [probabilities]),
    values: output => output[probabilities].data
  }
})
