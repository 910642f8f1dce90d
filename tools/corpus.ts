/** `recall-ml corpus`: which of the model files in a folder can be converted, and why the others cannot. */
import { relative } from 'node:path'
import { convert } from './convert/convert.js'
import { ConvertError } from './convert/errors/convert-error.js'
import { listModels } from './convert/sources/read-folder.js'
import { escapeJson, escapeText } from './terminal/escape.js'

export interface CorpusOptions {
  /** A line of JSON for each model instead. */
  readonly json?: boolean
  readonly out?: { write(text: string): unknown }
}

/** What became of a model file, or of a folder of MLflow. */
type Outcome = { readonly path: string } & (
  | { readonly converts: true, readonly estimators: readonly string[], readonly trees: number }
  | { readonly converts: false, readonly reason: string }
)

/**
 * Converts each model by itself, in memory: nothing is written, and nothing in a file is executed.
 * @param folder searched with all folders in it
 * @returns exit status: 0, or 1 when there is no model, or no folder that can be read
 */
export async function runCorpus(folder: string, options: CorpusOptions = {}): Promise<number> {
  const { json = false, out = process.stdout } = options
  const outcomes: Outcome[] = []
  for (const path of findModels(folder)) {
    const outcome = await tryConvert(folder, path)
    outcomes.push(outcome)
    out.write(`${json ? escapeJson(JSON.stringify(outcome)) : describe(outcome)}\n`)
  }
  if (!json) out.write(summarize(outcomes))
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

async function tryConvert(folder: string, file: string): Promise<Outcome> {
  const path = relative(folder, file)
  try {
    const models = await convert([file])
    const trees = models.reduce((sum, { model }) => sum + model.nTrees, 0)
    return { path, converts: true, estimators: models.map(({ model }) => model.provenance.estimator), trees }
  } catch (error) {
    // Anything else is a fault of the converter: it is shown as one, and the other files still have their turn.
    const reason = error instanceof ConvertError ? error.message : `fault of the converter: ${String((error as Error).stack)}`
    return { path, converts: false, reason }
  }
}

function describe(outcome: Outcome): string {
  const path = escapeText(outcome.path)
  if (!outcome.converts) return `no   ${path}\n       ${escapeText(outcome.reason)}`
  return `yes  ${path}: ${escapeText(outcome.estimators.join('; '))}, ${outcome.trees} trees`
}

function summarize(outcomes: readonly Outcome[]): string {
  const converted = outcomes.filter(({ converts }) => converts).length
  if (outcomes.length === 0) return 'There is no model file here.\n'
  return `\n${converted} of ${outcomes.length} convert (${Math.round(100 * converted / outcomes.length)}%).\n`
}
