/** What the main thread and the threads that score say to each other. */
import type { Dump } from '../../../src/dump/dump.js'
import type { Config } from '../../../src/config.js'
import type { SharedModel } from '../../../src/model/shared-model.js'
import type { CsvForm } from '../input/csv.js'
import type { BlockResult } from './scorer.js'

/** What a thread is started with. */
export interface WorkerSetup {
  readonly model: SharedModel
  /** Path of its dump, whose name tells how it answers. */
  readonly path: string
  readonly config: Config
  /** Of CSV; undefined for NDJSON. */
  readonly csv: CsvForm | undefined
  /** What the input is called in messages. */
  readonly inputName: string
  /** Of the answer's names. */
  readonly prefix: string
  /** Whether each block's output is a gzip member. */
  readonly gzip: boolean
  /** Factors of each answer's explanation; 0 without one. */
  readonly explain: number
  /** The whole dump, which only explanations need. */
  readonly dump: Dump | undefined
}

/** A block to score. Its memory and the spare memory for the output go to the thread, and come back. */
export interface BlockRequest {
  readonly block: Uint8Array
  readonly spare: Uint8Array
}

/** A block's answer. */
export interface ScoredBlock extends Omit<BlockResult, 'output'> {
  readonly output: Uint8Array
  readonly block: Uint8Array
  /** What was not needed of the spare memory, for another time. */
  readonly spare: Uint8Array
}

/** What a thread says: once that it can score, then of each block in turn what came of it. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'scored', readonly scored: ScoredBlock }
  /** It cannot go on, for a reason that is meant for people. */
  | { readonly kind: 'failed', readonly message: string }
