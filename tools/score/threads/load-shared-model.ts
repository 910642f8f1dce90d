/** Reads a model once, for all threads. */
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { Dump } from '../../../src/dump/dump.js'
import type { SharedModel } from '../../../src/model/shared-model.js'
import { ScoreError } from '../shared/score-error.js'

/** Room for a dump while it is read, far above its need: parsed, it takes some ten times its size. */
const OLD_MB = 128
const OLD_MB_PER_DUMP_MB = 64

/** Young objects of a dump that is read live as long as the others: room for them is only room. */
const YOUNG_MB = 4

/** A model, and the dump that it is of where that is asked for. */
export interface LoadedModel {
  readonly model: SharedModel
  readonly dump: Dump | undefined
}

export interface LoadRequest {
  readonly path: string
  readonly wantsDump: boolean
}

type Loaded = { readonly made: LoadedModel } | { readonly reason: string }

/**
 * In a thread of its own: to read a dump takes many times the memory of the model, and a thread gives all of it back.
 * @param path of the dump
 * @param wantsDump whether all of the dump is needed, as by explanations
 * @throws ScoreError with the reason for which it would not be served
 */
export async function loadSharedModel(path: string, wantsDump: boolean): Promise<LoadedModel> {
  // That it is not there is told when it is read.
  const bytes = await stat(path).then(({ size }) => size, () => 0)
  const worker = new Worker(new URL('loader.js', import.meta.url), {
    workerData: { path, wantsDump } satisfies LoadRequest,
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_MB,
      maxOldGenerationSizeMb: OLD_MB + Math.ceil(bytes / 2 ** 20 * OLD_MB_PER_DUMP_MB)
    }
  })
  try {
    const loaded = await new Promise<Loaded>((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error('the thread that reads the model has ended')))
    })
    if ('reason' in loaded) throw new ScoreError(loaded.reason)
    return loaded.made
  } finally {
    await worker.terminate()
  }
}
