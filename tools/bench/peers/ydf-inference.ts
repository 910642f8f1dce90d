/** YDF in WebAssembly, on a forest of like size that YDF trained on the answers of this one. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runPeer } from './harness.js'

/** What is used of the package. */
interface Model {
  predict(examples: Record<string, number[]>): unknown
}

const require = createRequire(import.meta.url)

await runPeer(async ({ folder, nFeatures }) => {
  const load = require('ydf-inference') as () => Promise<{ loadModelFromZipBlob(zip: Uint8Array): Promise<Model> }>
  const ydf = await load()
  const model = await ydf.loadModelFromZipBlob(readFileSync(join(folder, 'ydf.zip')))
  const root = dirname(dirname(require.resolve('ydf-inference')))
  return {
    version: (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
    prepare: (rows, nRows) => Object.fromEntries(Array.from({ length: nFeatures }, (_, f) =>
      [`x${f}`, Array.from({ length: nRows }, (_, i) => rows[i * nFeatures + f])])),
    predict: examples => model.predict(examples),
    values: output => (output as number[][]).flat()
  }
})
