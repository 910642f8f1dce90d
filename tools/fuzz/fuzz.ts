/** All cases of a run, and what was found in them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FIXTURES, readCorpus, readDumps, writeDumps } from './corpus.js'
import { fuzzDumps } from './dumps.js'
import { fuzzFiles } from './files.js'
import { fuzzRecipes, readServices } from './recipes.js'
import type { Kind } from './shared/fuzzer.js'
import type { Fault } from './shared/limits.js'
import { search, type Found } from './search.js'
import { fuzzSockets } from './sockets/sockets.js'

export interface FuzzOptions {
  readonly kind: Kind
  readonly seed: number
  /** Numbers of the cases, from the first up to and without the second. */
  readonly cases: readonly [from: number, to: number]
  /** Folders beside the project's own fixtures. */
  readonly corpus: readonly string[]
  readonly workers: number
}

export interface Finding {
  readonly kind: Kind
  readonly seed: number
  /** The first case that had it. */
  readonly number: number
  readonly fault: Fault
  /** In how many cases. */
  readonly count: number
  /** Made again from the seed and the number. */
  readonly source: string
  readonly bytes: Uint8Array
}

export interface FuzzResult extends Omit<Found, 'faults'> {
  readonly findings: readonly Finding[]
}

/** Runs all cases in processes of their own; each fault is reported once, with how often it came. */
export async function fuzz({ kind, seed, cases: [from, to], corpus, workers }: FuzzOptions): Promise<FuzzResult> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'))
  try {
    const folders = [FIXTURES, ...corpus]
    const dumps = join(folder, 'dumps')
    await mkdir(dumps)
    const files = kind === 'sockets' || kind === 'recipes' ? [] : await readCorpus(folders)
    if (kind === 'dumps') await writeDumps(files, dumps)
    const { faults, ...counts } = await search({ kind, seed, from, to, corpus: folders, dumps }, workers)
    const makers = {
      files: () => fuzzFiles(files, seed),
      recipes: async () => fuzzRecipes(await readServices(), seed),
      dumps: async () => fuzzDumps(await readDumps(dumps), seed),
      sockets: () => fuzzSockets(seed)
    }
    const fuzzer = await makers[kind]()
    const findings = faults.map(fault => {
      const { source, bytes } = fuzzer.make(fault.number)
      return { kind, seed, source, bytes, ...fault }
    })
    return { ...counts, findings }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
