/** What a run is told. */
import type { Config } from '../../src/config.js'
import type { Format } from './input/input-form.js'
import type { Shard } from './input/shards.js'

export interface Job {
  /** Path of the dump. */
  readonly model: string
  readonly config: Config
  /** Path of the input; undefined: standard input. */
  readonly input: string | undefined
  /** Path of the output, with the shard's number; undefined: standard output. */
  readonly out: string | undefined
  /** Path of the rejected rows' file. */
  readonly rejects: string
  readonly format: Format | undefined
  /** One byte. */
  readonly delimiter: string | undefined
  /** Whether the output is compressed. */
  readonly gzip: boolean
  /** Of the names that are added. */
  readonly prefix: string
  /** Factors of each answer's explanation; 0 without one. */
  readonly explain: number
  readonly workers: number
  readonly shard: Shard | undefined
  readonly resume: boolean
  /** Whether a column of the model that the file lacks is an error. */
  readonly requireColumns: boolean
  /** Least time between two checkpoints. */
  readonly checkpointMs: number
  readonly limit: RejectLimit
  readonly quiet: boolean
}

/** How many rows may be rejected in a run that is a success. */
export type RejectLimit = { readonly rows: number } | { readonly percent: number }
