/** One case of make_boosters.py: a model of LightGBM or XGBoost, converted and asked what its library was asked. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dump, ForestDump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { InputError, type Model } from '../../src/model/types.js'
import { convertFiles } from '../convert/convert.js'
import { ConvertError } from '../convert/errors/convert-error.js'
import {
  compareNumber, note, predict, start, toRow, type CaseResult, type Cell, type Kinds, type CaseCounts
} from './compare.js'

interface Expected {
  readonly error?: boolean
  readonly raw?: Cell | readonly Cell[]
  readonly output?: Cell | readonly Cell[]
}

/** The parts of a case's JSON file that are compared; make_boosters.py documents them all. */
export interface BoosterFile {
  readonly case: string
  readonly library: string
  /** By kind of file. */
  readonly files: Readonly<Record<string, string>>
  readonly tiers: { readonly output: 1 | 3 }
  readonly columns: readonly string[]
  readonly kinds: Kinds
  readonly rows: ReadonlyArray<Readonly<Record<string, Cell>>>
  readonly expected: readonly Expected[]
}

/** The kind of file that is converted, of those that a library writes. */
const CONVERTED: Readonly<Record<string, string>> = { lightgbm: 'txt', xgboost: 'json' }

/** @param file the case, whose model is in the folder too */
export async function compareBooster(folder: string, file: BoosterFile): Promise<CaseResult> {
  const { files, library } = file
  const model = join(folder, files[CONVERTED[library]])
  const tally = start({ case: file.case, tier: file.tiers.output, rows: file.rows })
  const out = await mkdtemp(join(tmpdir(), 'parity-'))
  try {
    const [{ dump }] = await convertFiles([model], { out, name: 'case' })
    const raw = withoutLink(dump)
    compareAnswers(tally, createModel(dump), file, ({ output }) => output)
    if (raw === undefined) return tally
    const before = tally.different
    compareAnswers(tally, createModel(raw), file, ({ raw }) => raw)
    // Raw scores go through no function that depends on the machine.
    return tally.different > before ? { ...tally, tier: 1 } : tally
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    return { ...tally, refused: error.message }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** The model that answers with what goes into the link: the libraries' raw scores, which are sums at all times. */
function withoutLink(dump: Dump): Dump | undefined {
  const { model } = dump
  if (model.kind !== 'forest') return undefined
  const forest: ForestDump = { ...model, aggregate: 'sum' }
  delete forest.link
  delete forest.divisor
  const outputs = Array.from({ length: forest.nOutputs }, () => ({}))
  return { ...dump, task: 'regressor', outputs, golden: [], model: forest }
}

function compareAnswers(
  tally: CaseCounts, model: Model, file: BoosterFile, choose: (expected: Expected) => Expected['output']
): void {
  file.rows.forEach((cells, i) => {
    const expected = file.expected[i]
    const answer = predict(model, toRow(model, file, cells))
    if (answer instanceof InputError) {
      // JSON has no number for what linear leaves make of an infinite value.
      const infinite = listNumbers(choose(expected)).some(number => typeof number === 'string')
      if (expected.error !== true && !infinite) note(tally, 'strict', `row ${i}: ${answer.message}`)
      return
    }
    if (expected.error === true) {
      note(tally, 'lenient', `row ${i} is answered`)
      return
    }
    const numbers = listNumbers(choose(expected))
    // XGBoost's multi:softmax answers with the class.
    if (numbers.length === 1 && model.provenance.estimator.includes('softmax')) {
      compareNumber(tally, numbers[0], answer.classIndexes[0], `row ${i}, class`)
      return
    }
    // Of two classes the libraries answer with the second.
    const first = answer.values.length === 2 && numbers.length === 1 ? 1 : 0
    numbers.forEach((number, c) => compareNumber(tally, number, answer.values[first + c], `row ${i}, value ${c}`))
  })
}

function listNumbers(answer: Expected['output'] = null): readonly Cell[] {
  return Array.isArray(answer) ? answer as readonly Cell[] : [answer as Cell]
}
