/** What the main thread and the threads that score say to each other. */
import type { Config } from '../../src/config.js'
import type { Provenance } from '../../src/model/types.js'
import type { CsvForm } from './csv-scorer.js'
import type { BlockResult } from './scorer.js'

/** What a thread is started with. */
export interface WorkerSetup {
  /** Path of the dump. */
  readonly model: string
  readonly config: Config
  /** Of CSV; undefined for NDJSON. */
  readonly csv: CsvForm | undefined
  /** What the input is called in messages. */
  readonly inputName: string
  /** Of the answer's names. */
  readonly prefix: string
  /** Whether each block's output is a gzip member. */
  readonly gzip: boolean
}

/** A block to score. Its memory and the spare memory for the output go to the thread, and come back. */
export interface BlockMessage {
  readonly block: Uint8Array
  readonly spare: Uint8Array
}

/** Said once, when the thread can score. */
export interface ReadyMessage {
  readonly kind: 'ready'
  /** Names of the columns that are added. */
  readonly columns: readonly string[]
  /** Names of the model's columns that CSV lacks, of those the answer depends on. */
  readonly absent: readonly string[]
  readonly provenance: Provenance
}

/** A block's answer. */
export interface ScoredMessage extends Omit<BlockResult, 'output'> {
  readonly kind: 'scored'
  readonly output: Uint8Array
  readonly block: Uint8Array
  /** What was not needed of the spare memory, for another time. */
  readonly spare: Uint8Array
}

/** The thread cannot go on, for a reason that is meant for people. */
export interface FailedMessage {
  readonly kind: 'failed'
  readonly message: string
}

export type WorkerMessage = ReadyMessage | ScoredMessage | FailedMessage
