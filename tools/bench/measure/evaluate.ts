/** Time of a row in the evaluators, and how far their answers are from scikit-learn's. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EVALUATORS, type Evaluator } from '../lib/cases.js'
import { provide } from '../lib/environments.js'
import { buildReference, FORMS, type Forest } from '../lib/forests.js'
import { BENCH, COMPILED } from '../lib/paths.js'
import { run, type Command } from '../lib/processes.js'
import type { Recorder, Settings } from '../lib/types.js'
import { CHECKED_ROWS, type Job, type Outcome } from '../peers/harness.js'

type Runner = (round: number) => Promise<Outcome>

export function describeRows(batch: number): string {
  return batch === 1 ? '1 row' : `${batch.toLocaleString('en')} rows`
}

/** @returns versions by peer */
export async function measureEvaluators(
  forests: readonly Forest[], settings: Settings, recorder: Recorder
): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const forest of forests) {
    const runners = new Map<Evaluator, Runner>()
    for (const evaluator of EVALUATORS) {
      // A forest of ml-random-forest's own is for that peer and for us.
      const isMljs = forest.name === 'mljs'
      if (isMljs ? !['recall-ml', 'ml-random-forest'].includes(evaluator.name) : evaluator.form === 'mljs') continue
      if (!settings.wants('evaluate', evaluator.name)) continue
      try {
        recorder.progress(`${forest.name}: preparing ${evaluator.name}`)
        const runner = await prepareRunner(evaluator, forest, settings)
        await checkAnswers(evaluator, forest, runner, recorder)
        runners.set(evaluator, runner)
      } catch (error) {
        recorder.note(`${evaluator.title} on ${forest.name}: ${(error as Error).message}`)
      }
    }
    for (let round = 1; round <= settings.rounds; round++) {
      for (const [evaluator, runner] of runners) {
        recorder.progress(`${forest.name}: ${evaluator.name}, round ${round} of ${settings.rounds}`)
        const { version, nsPerRow } = await runner(round)
        versions[evaluator.name] = version
        for (const [batch, ns] of Object.entries(nsPerRow)) {
          recorder.add('evaluate', evaluator.name, `${forest.name}, ${describeRows(Number(batch))}`, 'ns per row', ns)
        }
      }
    }
  }
  return versions
}

async function prepareRunner(evaluator: Evaluator, forest: Forest, settings: Settings): Promise<Runner> {
  const program = await provide(evaluator.needs)
  await forest.form(evaluator.form)
  if (evaluator.needs === 'c') return await prepareReference(evaluator, forest, settings)
  const { needs, threads, batches } = evaluator
  return async round => {
    const job: Job = {
      root: settings.root, folder: forest.folder, nFeatures: forest.nFeatures, nOutputs: forest.nOutputs,
      rows: join(forest.folder, 'rows.f64'), batches: round === 0 ? [] : batches, milliseconds: settings.milliseconds, threads,
      ...(round === 0 && { outputs: outputsOf(evaluator, forest) })
    }
    const path = join(scratch(), `${evaluator.name}.json`)
    writeFileSync(path, JSON.stringify(job))
    const isPython = needs === 'python'
    const command: Command = {
      program,
      args: isPython ? [join(BENCH, 'peers', evaluator.program), path] : [join(COMPILED, 'peers', evaluator.program), path]
    }
    const said = (await run(command, 600_000)).trim().split('\n').at(-1) ?? ''
    return JSON.parse(said) as Outcome
  }
}

/** The C programs time all rows of a file over and over: here the same 1,000 as the others. */
async function prepareReference(evaluator: Evaluator, forest: Forest, settings: Settings): Promise<Runner> {
  const program = await buildReference(evaluator.program as 'plain' | 'ranked')
  const rows = join(forest.folder, 'rows-1000.f64')
  writeFileSync(rows, readFileSync(join(forest.folder, 'rows.f64')).subarray(0, CHECKED_ROWS * forest.nFeatures * 8))
  return async round => {
    // At 10 us per row, 1,000 rows take 10 ms.
    const repeats = round === 0 ? '1' : String(Math.ceil(settings.milliseconds / 10) + 10)
    const args = [join(forest.folder, FORMS.c), rows, repeats]
    const out = round === 0 ? [outputsOf(evaluator, forest)] : []
    const ns = Number((await run({ program, args: [...args, ...out] }, 600_000)).trim())
    return { version: 'cc -O3 -march=native', nsPerRow: Object.fromEntries(evaluator.batches.map(batch => [batch, ns])) }
  }
}

/** Round 0: the answers to the first rows against scikit-learn's, or, where it has none, against ours. */
async function checkAnswers(evaluator: Evaluator, forest: Forest, runner: Runner, recorder: Recorder): Promise<void> {
  await runner(0)
  if (evaluator.ownForest === true) return
  const expected = join(forest.folder, 'expected.f64')
  const reference = existsSync(expected) ? expected : outputsOf(EVALUATORS[0], forest)
  if (!existsSync(reference)) return
  const [a, b] = [readFloats(outputsOf(evaluator, forest)), readFloats(reference)]
  if (a.length !== b.length) throw new Error(`expected ${b.length} outputs, received ${a.length}`)
  let largest = 0
  let offRows = new Set<number>()
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i] - b[i])
    // NaN counts as far off.
    if (!(off <= largest)) largest = off
    if (!(off <= 1e-4)) offRows = offRows.add(Math.floor(i / forest.nOutputs))
  }
  recorder.add('evaluate', evaluator.name, forest.name, 'largest deviation', largest)
  recorder.add('evaluate', evaluator.name, forest.name, 'rows off by more than 1e-4, of 1,000', offRows.size)
}

function outputsOf(evaluator: Evaluator, forest: Forest): string {
  return join(forest.folder, `${evaluator.name}.out.f64`)
}

function readFloats(path: string): Float64Array {
  return new Float64Array(new Uint8Array(readFileSync(path)).buffer)
}

function scratch(): string {
  const folder = join(tmpdir(), `recall-ml-bench-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  return folder
}
