/** `recall-ml parity`: the answers of whole folders of models against scikit-learn's. */
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareCase, type CaseResult } from './compare.js'

export interface ParityOptions {
  /** A Markdown document whose table is replaced. */
  readonly table?: string
  /** Shows every case that is not exact. */
  readonly verbose?: boolean
  /** Prints a line of JSON for each case, and nothing else. */
  readonly json?: boolean
}

/** Tier 3 is only defined up to the machine: 2 units in the last place of the reference. */
const MAX_ULPS = 2

/**
 * @param folders made by make_cases.py, one a version of scikit-learn
 * @returns exit status: 0 when every model that is converted answers as it should, else 1
 */
export async function runParity(folders: readonly string[], options: ParityOptions): Promise<number> {
  const rows: string[] = []
  let wrong = 0
  for (const folder of folders) {
    const results = await compareFolder(folder)
    const failed = results.filter(isWrong)
    wrong += failed.length
    if (options.json === true) {
      for (const result of results) console.log(JSON.stringify({ ...result, wrong: isWrong(result) }))
      continue
    }
    rows.push(tableRow(await readMakers(folder), results))
    console.log(summarize(folder, results))
    const refused = results.filter(result => result.refused !== undefined)
    const shown = options.verbose === true ? [...failed, ...refused] : failed
    for (const { name, refused: why, first } of shown) console.log(`  ${name}: ${why ?? first}`)
  }
  if (options.json === true) return wrong === 0 ? 0 : 1
  const table = [HEADER, ...rows].join('\n')
  if (options.table === undefined) console.log(`\n${table}`)
  else await replaceTable(options.table, table)
  return wrong === 0 ? 0 : 1
}

const BEGIN = '<!-- table: written by recall-ml parity --table -->'
const END = '<!-- end of table -->'

/** Puts the table between its two marks in a document. */
async function replaceTable(path: string, table: string): Promise<void> {
  const document = await readFile(path, 'utf8')
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`${path}: expected the lines ${BEGIN} and ${END}`)
  await writeFile(path, `${document.slice(0, begin + BEGIN.length)}\n${table}\n${document.slice(end)}`)
}

/**
 * @param folder made by make_cases.py
 * @returns one result for each case, by name
 */
export async function compareFolder(folder: string): Promise<CaseResult[]> {
  const files = (await readdir(folder)).filter(file => isCase(file)).sort()
  const results: CaseResult[] = []
  for (const file of files) results.push(await compareCase(folder, file))
  return results
}

const MAKERS = { sklearn: 'scikit-learn', lightgbm: 'LightGBM', xgboost: 'XGBoost', pandas: 'pandas' }

/** The libraries that made the models of a folder, with their versions. */
async function readMakers(folder: string): Promise<string> {
  const index = await readFile(join(folder, 'index.json'), 'utf8')
  const { versions } = JSON.parse(index) as { versions: Readonly<Record<string, string>> }
  const made = Object.entries(MAKERS).filter(([name]) => name in versions)
  return made.map(([name, title]) => `${title} ${versions[name]}`).join(', ')
}

/** The models of boosters are JSON as well, but for their names. */
function isCase(file: string): boolean {
  return file.endsWith('.json') && file !== 'index.json' && file !== 'counts.json' && !/\.(dump|xgb)\.json$/.test(file)
}

/** Whether a model that is converted does not answer as its tier promises. */
export function isWrong({ tier, different, worstUlps, wrongLabels, strict }: CaseResult): boolean {
  return wrongLabels > 0 || strict > 0 || (different > 0 && (tier < 3 || worstUlps > MAX_ULPS))
}

const HEADER = [
  '| made by | models | converted | rows | numbers | the same bits | worst, tier 3 | models that differ |',
  '|---|---|---|---|---|---|---|---|'
].join('\n')

function tableRow(makers: string, results: readonly CaseResult[]): string {
  const converted = results.filter(result => result.refused === undefined)
  const total = (count: (result: CaseResult) => number) => converted.reduce((sum, result) => sum + count(result), 0)
  const numbers = total(result => result.numbers)
  const same = numbers - total(result => result.different + result.bounded)
  const worst = Math.max(0, ...converted.filter(({ tier }) => tier === 3).map(({ worstUlps }) => worstUlps))
  const cells = [
    makers, results.length, converted.length, total(result => result.rows), numbers,
    `${(100 * same / Math.max(numbers, 1)).toFixed(4)}%`, `${worst} ulp`, converted.filter(isWrong).length
  ]
  return `| ${cells.join(' | ')} |`
}

function summarize(folder: string, results: readonly CaseResult[]): string {
  const refused = results.filter(result => result.refused !== undefined).length
  const wrong = results.filter(isWrong).length
  const same = results.filter(({ different, bounded, refused }) => refused === undefined && different + bounded === 0)
  const exact = same.filter(result => !isWrong(result)).length
  const within = results.filter(({ bounded }) => bounded > 0).length
  return `${folder}: ${results.length} models, ${exact} exact, ${within} within the bound of sums, ${refused} not converted, ${wrong} wrong`
}
