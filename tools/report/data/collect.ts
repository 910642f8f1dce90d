/** One pass over a file: what the model answers to its rows, as `recall-ml score` answers. */
import { findOriginals, type Row } from '../../../src/model/types.js'
import { LongRowError, readBlocks } from '../../score/input/blocks.js'
import type { ByteReader } from '../../score/input/byte-reader.js'
import type { InputForm } from '../../score/input/input-form.js'
import { checkHeader } from '../../score/rows/check-header.js'
import { createCsvSource } from '../../score/rows/csv-rows.js'
import { NDJSON_SOURCE } from '../../score/rows/ndjson-rows.js'
import { BlockTally, type Place, type RowSource } from '../../score/rows/scorer.js'
import type { ScoringModel } from '../../score/rows/scoring-model.js'
import { ScoreError } from '../../score/shared/score-error.js'
import { NumberCounts } from './number-counts.js'
import { Rejections, type Rejection } from './rejections.js'
import { Sample } from './sample.js'

type AnswerColumn = ScoringModel['columns'][number]

/** How the answers in one of the columns of `recall-ml score` are distributed. */
export type ColumnCounts = {
  readonly name: string
  readonly kind: 'label'
  /** Rows of each. */
  readonly labels: ReadonlyMap<string, number>
} | {
  readonly name: string
  readonly kind: 'share' | 'number'
  readonly numbers: NumberCounts
}

export interface Findings {
  readonly format: 'csv' | 'ndjson'
  /** Rows that have an answer. */
  readonly rows: number
  readonly rejected: number
  readonly rejections: readonly Rejection[]
  /** Rows with fields that counted as their fallback. */
  readonly defaulted: number
  /** Lines that had nothing on them. */
  readonly blank: number
  /** Columns of the model that CSV lacks. */
  readonly absent: readonly string[]
  readonly columns: readonly ColumnCounts[]
  /** Some rows that have an answer, as requests would have them, in the file's order. */
  readonly sample: readonly Row[]
}

/**
 * @param reader after the header
 * @param sampleSize rows that are kept, at most
 * @throws ScoreError when the file cannot be scored
 */
export async function collect(
  reader: ByteReader, form: InputForm, model: ScoringModel, sampleSize: number
): Promise<Findings> {
  const absent = form.csv === undefined ? [] : checkHeader(model, form.csv.header, reader.name)
  const source = form.csv === undefined ? NDJSON_SOURCE : createCsvSource(model.inputs, form.csv)
  const collector = new Collector(model, source, sampleSize)
  let line = 1 + form.head.reduce((lines, byte) => byte === 10 ? lines + 1 : lines, 0)
  try {
    const blocks = readBlocks(reader, form.findBoundary, bytes => Buffer.allocUnsafe(bytes))
    for await (const block of blocks) line += collector.add(block, line)
  } catch (error) {
    throw error instanceof LongRowError ? new ScoreError(`${reader.name}, line ${line}: ${error.message}`) : error
  }
  return { ...collector.finish(), format: form.csv === undefined ? 'ndjson' : 'csv', absent }
}

interface Item {
  readonly place: Place
  row: Row | undefined
}

class Collector {
  private rows = 0
  private defaulted = 0
  private blank = 0
  private readonly rejections = new Rejections()
  private readonly columns
  private readonly sample: Sample<{ readonly number: number, readonly row: Row }>

  constructor(private readonly model: ScoringModel, private readonly source: RowSource, sampleSize: number) {
    this.columns = model.columns.map(column => openColumn(column))
    this.sample = new Sample(sampleSize)
  }

  /** @returns line breaks in the block */
  add(block: Buffer, line: number): number {
    const { source, columns, sample } = this
    const tally = new BlockTally(block)
    const read = (item: Item) => {
      // A copy: the next row is read before this one is answered.
      item.row = { ...source.read(block, item.place, tally) }
      return item.row
    }
    const items = listItems(source.list(block, tally))
    for (const { item: { place, row = {} }, ...answer } of this.model.answerAll(items, read)) {
      if (answer.values === undefined) {
        tally.reject(answer.error, place.start, place.end)
        continue
      }
      tally.countRow(answer.defaulted !== undefined)
      for (let i = 0; i < columns.length; i++) columns[i].add(answer.values[i])
      const number = this.rows++
      sample.add(place.end - place.start, () => ({ number, row: this.pickInputs(row) }))
    }
    const { rejects, defaulted, blank, lines } = tally.count()
    this.rejections.add(rejects, line)
    this.defaulted += defaulted
    this.blank += blank
    return lines
  }

  /** Without fields that are not the model's, which may be long. */
  private pickInputs(row: Row): Row {
    const { inputs } = this.model
    const originals = findOriginals(inputs, Object.keys(row))
    return Object.fromEntries(inputs.flatMap(({ name }) => {
      const own = originals.get(name) ?? name
      return Object.hasOwn(row, own) ? [[own, row[own]]] : []
    }))
  }

  finish(): Omit<Findings, 'format' | 'absent'> {
    const { rows, defaulted, blank, rejections } = this
    return {
      rows, defaulted, blank, rejected: rejections.count, rejections: rejections.list(),
      columns: this.columns.map(({ counts }) => counts),
      sample: this.sample.list().sort((a, b) => a.number - b.number).map(({ row }) => row)
    }
  }
}

function* listItems(places: Iterable<Place>): Generator<Item> {
  for (const place of places) yield { place, row: undefined }
}

interface Column {
  readonly counts: ColumnCounts
  readonly add: (value: unknown) => void
}

function openColumn({ name, kind }: AnswerColumn): Column {
  if (kind === 'label') {
    const labels = new Map<string, number>()
    const add = (value: unknown) => {
      const label = String(value)
      labels.set(label, (labels.get(label) ?? 0) + 1)
    }
    return { counts: { name, kind, labels }, add }
  }
  const numbers = new NumberCounts()
  return { counts: { name, kind, numbers }, add: value => numbers.add(value as number) }
}
