/**
 * `recall-ml corpus`: which of the model files in a folder can be converted, why the others cannot, and whether those
 * that can answer as their libraries do.
 */
import { relative } from 'node:path'
import { convert } from './convert/convert.js'
import { ConvertError } from './convert/errors/convert-error.js'
import { listModels } from './convert/sources/read-folder.js'
import type { Agreement } from './parity/ask-library.js'
import { escapeJson, escapeText } from './terminal/escape.js'

export interface CorpusOptions {
  /** A line of JSON for each model instead. */
  readonly json?: boolean
  /** Python interpreters with the libraries, which are asked the golden rows: the first that can load a file. */
  readonly python?: readonly string[]
  readonly out?: { write(text: string): unknown }
}

/** What became of a model file, or of a folder of MLflow. */
type Outcome = { readonly path: string } & (
  | {
    readonly converts: true
    readonly estimators: readonly string[]
    readonly trees: number
    /** Absent when no library was asked. */
    readonly agreement?: Agreement
  }
  | { readonly converts: false, readonly reason: string }
)

/**
 * Converts each model by itself, in memory: nothing is written, and nothing in a file is executed.
 * @param folder searched with all folders in it
 * @returns exit status: 0, or 1 when there is no model, or no folder that can be read
 */
export async function runCorpus(folder: string, options: CorpusOptions = {}): Promise<number> {
  const { json = false, python = [], out = process.stdout } = options
  if (python.length > 0 && !await canAsk()) {
    console.error('recall-ml corpus: --python needs the repository of recall-ml: the package does not have the script that asks.')
    return 1
  }
  const outcomes: Outcome[] = []
  for (const path of findModels(folder)) {
    const outcome = await tryConvert(folder, path, python)
    outcomes.push(outcome)
    out.write(`${json ? escapeJson(JSON.stringify(outcome)) : describe(outcome)}\n`)
  }
  if (!json) out.write(summarize(outcomes, python.length > 0))
  return outcomes.length > 0 ? 0 : 1
}

function findModels(folder: string): string[] {
  try {
    return listModels(folder)
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    console.error(`recall-ml corpus: ${escapeText(folder)}: ${escapeText(error.message)}`)
    return []
  }
}

async function canAsk(): Promise<boolean> {
  const found = await import('./parity/ask-library.js').catch(() => undefined)
  return found?.canAskLibraries() === true
}

async function tryConvert(folder: string, file: string, python: readonly string[]): Promise<Outcome> {
  const path = relative(folder, file)
  try {
    const models = await convert([file])
    const trees = models.reduce((sum, { model }) => sum + model.nTrees, 0)
    const estimators = models.map(({ model }) => model.provenance.estimator)
    const converted = { path, converts: true, estimators, trees } as const
    if (python.length === 0) return converted
    const { compareWithLibrary } = await import('./parity/ask-library.js')
    return { ...converted, agreement: await compareWithLibrary(file, models, python) }
  } catch (error) {
    // Anything else is a fault of the converter: it is shown as one, and the other files still have their turn.
    const reason = error instanceof ConvertError ? error.message : `fault of the converter: ${String((error as Error).stack)}`
    return { path, converts: false, reason }
  }
}

function describe(outcome: Outcome): string {
  const path = escapeText(outcome.path)
  if (!outcome.converts) return `no   ${path}\n       ${escapeText(outcome.reason)}`
  const { estimators, trees, agreement } = outcome
  return `yes  ${path}: ${escapeText(estimators.join('; '))}, ${trees} trees${agreement === undefined ? '' : describeAgreement(agreement)}`
}

function describeAgreement(agreement: Agreement): string {
  if ('problem' in agreement) return `\n       not compared: ${escapeText(agreement.problem)}`
  const { compared } = agreement
  const { rows, numbers, different, worstUlps, bounded, first } = compared
  if (agrees(agreement) === true) {
    const near = bounded > 0 ? `, ${bounded} within the bound of another order of sums` : ''
    return `\n       agrees: ${rows} rows, ${numbers} numbers${near}`
  }
  const far = different > 0 ? `${different} of ${numbers} numbers, by up to ${worstUlps} units in the last place; ` : ''
  return `\n       differs: ${far}${escapeText(first ?? '')}`
}

/** Undefined where there was no comparison. */
function agrees(agreement: Agreement | undefined): boolean | undefined {
  if (agreement === undefined || 'problem' in agreement) return undefined
  const { different, wrongLabels, strict, lenient } = agreement.compared
  return different + wrongLabels + strict + lenient === 0
}

function summarize(outcomes: readonly Outcome[], asked: boolean): string {
  if (outcomes.length === 0) return 'There is no model file here.\n'
  const converted = outcomes.filter(outcome => outcome.converts)
  const share = `\n${converted.length} of ${outcomes.length} convert (${Math.round(100 * converted.length / outcomes.length)}%)`
  if (!asked) return `${share}.\n`
  const verdicts = converted.map(({ agreement }) => agrees(agreement))
  const count = (wanted: boolean | undefined) => verdicts.filter(verdict => verdict === wanted).length
  return `${share}; ${count(true)} agree with their libraries, ${count(false)} differ, ${count(undefined)} were not compared.\n`
}
