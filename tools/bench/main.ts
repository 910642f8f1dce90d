/** The command: `npm run bench -- [NAME ...] [options]`, `npm run bench -- compare REF [NAME ...]`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { listCases, makeSettings, SPEEDS } from './settings.js'
import { compareCommits } from './compare.js'
import { compareExplanations } from './explain.js'
import { runAll, type Report } from './run.js'
import { PROJECT, RESULTS } from './lib/paths.js'
import { UsageError } from './lib/usage-error.js'
import { publish } from './publish.js'
import { renderReport } from './report.js'

const USAGE = `npm run bench -- [NAME ...] [options]
npm run bench -- compare REF [REF] [NAME ...]   this checkout, or the second commit, against the first
npm run bench -- explain                       explanations, beside those of shap, LightGBM and XGBoost

NAME selects cases: a group (evaluate), a case (evaluate/m2cgen) or a peer (m2cgen); --list shows them all.

  --list             the cases
  --quick            short rounds, for a look: noisy
  --rounds N         instead of ${SPEEDS.full.rounds}
  --root FOLDER      a built checkout to measure, instead of this one
  --publish          write docs/benchmarks.md and its charts
  --from FILE        print, or publish, an earlier result instead of measuring

Set BENCH_PICKLES to a folder with the four .pkl files of a service like the Flask one to measure those as well.
`

/** @returns exit status */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await runCommand(args)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!(error instanceof UsageError) && code?.startsWith('ERR_PARSE_ARGS') !== true) throw error
    process.stderr.write(`bench: ${message}\n`)
    return 2
  }
}

async function runCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: 'boolean' }, quick: { type: 'boolean' }, rounds: { type: 'string' },
      root: { type: 'string' }, publish: { type: 'boolean' }, from: { type: 'string' }, help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help === true) return say(USAGE)
  if (values.list === true) return say(`${listCases().join('\n')}\n`)
  const [first, ...rest] = positionals
  if (first === 'compare') {
    if (rest.length === 0) return say(USAGE, 2)
    return say(await compareCommits(rest, values))
  }
  const root = resolve(values.root ?? PROJECT)
  if (!existsSync(join(root, 'dist', 'src', 'server.js'))) return say(`${root} is not built: npm run build\n`, 2)
  if (first === 'explain') return say(await compareExplanations(root, makeSettings({ ...values, names: [], root }).rounds))
  const settings = makeSettings({ ...values, names: positionals, root })
  const report = values.from === undefined ? await runAll(settings, writeReport) : readReport(values.from)
  if (values.from === undefined) process.stderr.write(`${fileOf(report)}\n`)
  say(renderReport(report))
  if (values.publish === true) publish(report)
  return 0
}

function fileOf({ date }: Report): string {
  return join(RESULTS, `${date.replace(/[:.]/g, '-')}.json`)
}

function writeReport(report: Report): void {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(fileOf(report), JSON.stringify(report, undefined, 1))
}

function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch (error) {
    throw new UsageError(`--from: expected a result of an earlier run: ${(error as Error).message}`)
  }
}

function say(text: string, status = 0): number {
  process.stdout.write(text)
  return status
}
