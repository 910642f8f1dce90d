/**
 * Explanations beside those of shap, LightGBM and XGBoost: one row after the other, in processor time, in turns, and
 * the least of many rounds, since a machine that does other things as well only ever makes it more.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { provide } from './lib/environments.js'
import { BENCH } from './lib/paths.js'

/** What was aimed at: how many times as fast. */
const TARGETS: Readonly<Record<string, { readonly peer: string, readonly all: number, readonly one?: number }>> = {
  '16-classes.pkl': { peer: 'shap', all: 9, one: 60 },
  '2-classes.pkl': { peer: 'shap', all: 9 },
  'lightgbm.txt': { peer: 'LightGBM pred_contrib', all: 4 },
  'xgboost.ubj': { peer: 'XGBoost pred_contribs', all: 4 }
}

interface Explainer {
  explain(row: object): { readonly value: number }
  explainAll(row: object): unknown[]
}

interface Library {
  createExplainer(dump: unknown): Explainer
  convert(files: readonly string[], options: { readonly recipe?: string }): Promise<ReadonlyArray<{ readonly text: string }>>
}

/** @param root a built checkout. @returns a table; SHAP_PYTHON names a Python that has requirements/explain.txt */
export async function compareExplanations(root: string, rounds: number): Promise<string> {
  const load = (name: string) => import(pathToFileURL(join(root, 'dist', 'library', name)).href) as Promise<Library>
  const { createExplainer } = await load('explain.js')
  const { convert } = await load('index.js')
  const folder = mkdtempSync(join(tmpdir(), 'recall-ml-explain-'))
  const program = process.env.SHAP_PYTHON ?? await provide('explain')
  const args = [join(BENCH, 'peers', 'explain.py'), folder, ...(process.env.BENCH_PICKLES === undefined ? [] : [process.env.BENCH_PICKLES])]
  const peer = spawn(program, args, { env: { ...process.env, OMP_NUM_THREADS: '1' }, stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]()
    peer.stdin.on('error', () => { /* What it has to say of its end it says on stderr. */ })
    const read = async (): Promise<string> => {
      const { value, done } = await answers.next()
      if (done === true) throw new Error(`${program} has ended: see above`)
      return value
    }
    const names = JSON.parse(await read()) as string[]
    const allRows = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as Record<string, number[][]>
    const ask = async (name: string): Promise<number> => {
      peer.stdin.write(`${name}\n`)
      return Number(await read())
    }
    const lines = ['| | peer, us per row | all classes | times | at least | one class | times | at least |', '|---|---|---|---|---|---|---|---|']
    for (const name of names) {
      // A forest alone, whatever service it is from.
      const [{ text }] = await convert([join(folder, name)], name.endsWith('.pkl') ? { recipe: 'plain' } : {})
      const dump = JSON.parse(text) as { inputs: ReadonlyArray<{ name: string }> }
      const explainer = createExplainer(dump)
      const rows = allRows[name].map(row => Object.fromEntries(dump.inputs.map((input, c) => [input.name, row[c]])))
      const least = { peer: Infinity, all: Infinity, one: Infinity }
      for (let round = 0; round < rounds; round++) {
        process.stderr.write(`${name}: round ${round + 1} of ${rounds}\n`)
        least.peer = Math.min(least.peer, await ask(name))
        for (let again = 0; again < 10; again++) {
          least.all = Math.min(least.all, time(rows, row => explainer.explainAll(row)))
          least.one = Math.min(least.one, time(rows, row => explainer.explain(row)))
        }
      }
      const target = TARGETS[name]
      const cells = [least.all, least.peer / least.all, target.all, least.one, least.peer / least.one, target.one ?? '']
      const shown = cells.map(cell => typeof cell === 'number' ? Number(cell.toPrecision(3)) : cell)
      lines.push(`| ${name}: ${target.peer} | ${least.peer.toFixed(0)} | ${shown.join(' | ')} |`)
    }
    return `${lines.join('\n')}\n`
  } finally {
    peer.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Microseconds of processor time per row. */
function time(rows: readonly object[], explain: (row: object) => unknown): number {
  const before = process.cpuUsage()
  for (const row of rows) explain(row)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / rows.length
}
