/** A worker process of a fuzzing run; its options are its argument, as JSON. */
import { readCorpus, readDumps } from './corpus.js'
import { fuzzDumps } from './dumps.js'
import { fuzzFiles } from './files.js'
import { fuzzRecipes, readServices } from './recipes.js'
import type { Fuzzer } from './shared/fuzzer.js'
import { fuzzSockets } from './sockets/sockets.js'
import { work, type WorkerOptions } from './work.js'

async function makeFuzzer({ kind, seed, corpus, dumps }: WorkerOptions): Promise<Fuzzer> {
  if (kind === 'files') return fuzzFiles(await readCorpus(corpus), seed)
  if (kind === 'recipes') return fuzzRecipes(await readServices(), seed)
  if (kind === 'sockets') return fuzzSockets(seed)
  return fuzzDumps(await readDumps(dumps), seed)
}

const options = JSON.parse(process.argv[2]) as WorkerOptions
const fuzzer = await makeFuzzer(options)
await work(fuzzer, options)
await fuzzer.close?.()
