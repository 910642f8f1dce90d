/** A scorer of blocks with a model of its own, as each thread has one. */
import { gzipSync } from 'node:zlib'
import { openSharedModel } from '../../../src/model/shared-model.js'
import type { Provenance } from '../../../src/model/types.js'
import { checkAnswerNames, checkHeader } from './check-header.js'
import { createCsvScorer } from './csv-scorer.js'
import { createNdjsonScorer } from './ndjson-scorer.js'
import { openModel } from './scoring-model.js'
import type { BlockRequest, ScoredBlock, WorkerSetup } from './worker-protocol.js'

/** What a thread scores with. */
export interface Scorer {
  /** Names of the columns that are added. */
  readonly columns: readonly string[]
  /** Names of the model's columns that CSV lacks, of those the answer depends on. */
  readonly absent: readonly string[]
  /** Where the model comes from. */
  readonly provenance: Provenance
  /** @throws ScoreError when the run cannot go on */
  score(block: BlockRequest): ScoredBlock
}

/** @throws ScoreError when the model or the header cannot be used */
export function openScorer(setup: WorkerSetup): Scorer {
  const { model: shared, path, config, csv, inputName, prefix, gzip, explain, dump } = setup
  const model = openModel(openSharedModel(shared), path, config, dump && { dump, factors: explain })
  const absent = csv === undefined ? [] : checkHeader(model, csv.header, inputName)
  const columns = [...model.columns.map(({ name }) => name), 'defaulted'].map(name => prefix + name)
  if (csv !== undefined) checkAnswerNames(columns, model, csv.header, inputName)
  const scorer = csv === undefined ? createNdjsonScorer(model, prefix) : createCsvScorer(model, csv)
  return {
    columns,
    absent,
    provenance: model.provenance,
    score({ block, spare }) {
      const { output: plain, ...result } = scorer.score(toBuffer(block), toBuffer(spare))
      const output = gzip && plain.length > 0 ? compress(plain) : plain
      const left = output === plain ? new Uint8Array(0) : new Uint8Array(plain.buffer)
      return { ...result, output, block, spare: left }
    }
  }
}

/** A whole gzip member, in memory that can be passed on: that of small results belongs to many. */
function compress(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes)
  const own = Buffer.from(new ArrayBuffer(packed.length))
  packed.copy(own)
  return own
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
