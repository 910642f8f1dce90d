/** Two commits side by side: each in a worktree of its own, installed and built, their runs interleaved. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SERVERS } from './lib/cases.js'
import { findModels, prepareForests } from './lib/forests.js'
import { PROJECT } from './lib/paths.js'
import { run } from './lib/processes.js'
import { prepareServed } from './lib/served.js'
import { median, spread } from './lib/stats.js'
import type { Group, Recorder, Settings } from './lib/types.js'
import { UsageError } from './lib/usage-error.js'
import { measureEvaluators } from './measure/evaluate.js'
import { measureHttp } from './measure/http.js'
import { measureBatches } from './measure/batches.js'
import { measureStart } from './measure/start.js'
import { makeSettings, type Options } from './settings.js'

const DEFAULT_GROUPS: readonly Group[] = ['evaluate', 'http', 'start']

interface Side {
  readonly name: string
  readonly settings: Settings
}

/**
 * @param args REF, perhaps a second REF, and names of cases: evaluate, http, start, which is the default, and batches
 * @returns a table of ratios
 */
export async function compareCommits(args: readonly string[], options: Omit<Options, 'names' | 'root'>): Promise<string> {
  const groups: Group[] = ['evaluate', 'http', 'start', 'batches']
  const names = args.filter(arg => groups.includes(arg as Group))
  const [first, second] = args.filter(arg => !names.includes(arg))
  if (first === undefined) throw new UsageError('compare: expected a commit')
  const folder = mkdtempSync(join(tmpdir(), 'recall-ml-compare-'))
  const worktrees: string[] = []
  try {
    const sides: Side[] = []
    for (const ref of [first, second]) {
      const root = ref === undefined ? PROJECT : await checkOut(ref, join(folder, `side-${worktrees.length}`), worktrees)
      if (!existsSync(join(root, 'dist', 'src', 'server.js'))) throw new UsageError(`${root} is not built: npm run build`)
      const settings = makeSettings({ ...options, names: names.length === 0 ? DEFAULT_GROUPS : names, root })
      sides.push({ name: ref ?? 'this checkout', settings: onlyOurs(settings) })
    }
    return await measureSides(sides)
  } finally {
    for (const worktree of worktrees) await run({ program: 'git', args: ['worktree', 'remove', '--force', worktree], cwd: PROJECT })
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checkOut(ref: string, folder: string, worktrees: string[]): Promise<string> {
  await run({ program: 'git', args: ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], cwd: PROJECT }).catch(() => {
    throw new UsageError(`compare: expected a commit, or a group of cases, got ${ref}`)
  })
  process.stderr.write(`checking out, installing and building ${ref}\n`)
  await run({ program: 'git', args: ['worktree', 'add', '--detach', folder, ref], cwd: PROJECT })
  worktrees.push(folder)
  await run({ program: 'npm', args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd: folder })
  await run({ program: 'npm', args: ['run', 'build'], cwd: folder })
  return folder
}

function onlyOurs(settings: Settings): Settings {
  return {
    ...settings,
    rounds: 1,
    connections: [1, 32],
    judgedLoads: 1,
    restedLoads: 0,
    wants: (group, peer) => (group === 'batches' || peer === 'recall-ml' || peer === 'recall-ml-threads') && settings.wants(group, peer)
  }
}

async function measureSides(sides: readonly Side[]): Promise<string> {
  const values = sides.map(() => new Map<string, number[]>())
  const recorders = sides.map(({ name }, i) => makeRecorder(name, values[i]))
  // The models are those of this checkout, for both.
  const [{ settings }] = sides.slice(-1)
  const [recorder] = recorders
  const wants = (group: Group) => SERVERS.some(({ name }) => settings.wants(group, name)) || settings.wants(group, 'recall-ml')
  const needsModels = wants('evaluate') || wants('http') || wants('start')
  const [models] = needsModels ? await findModels(settings, recorder) : []
  const forests = models === undefined ? [] : await prepareForests(settings, models)
  const served = models !== undefined && (wants('http') || wants('start')) ? await prepareServed(models, forests, settings, recorder) : undefined
  const rounds = settings.quick ? 3 : 9
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`)
    // A B, then B A: what the second of a pair gains or loses by its place evens out.
    const order = [...sides.entries()]
    for (const [i, { settings: own }] of round % 2 === 0 ? order.reverse() : order) {
      await measureBatches(own, recorders[i])
      if (wants('evaluate')) await measureEvaluators(forests, own, recorders[i])
      if (served !== undefined && wants('start')) await measureStart(served, own, recorders[i])
      if (served !== undefined && wants('http')) await measureHttp(served, true, own, recorders[i])
    }
  }
  return describe(sides, values)
}

function makeRecorder(side: string, values: Map<string, number[]>): Recorder {
  return {
    add(_group, peer, task, metric, value) {
      const key = `${task}${peer === 'recall-ml' ? '' : ` (${peer})`}: ${metric}`
      values.set(key, [...values.get(key) ?? [], value])
    },
    note: text => void process.stderr.write(`${side}: ${text}\n`),
    progress: () => {}
  }
}

function describe([a, b]: readonly Side[], [first, second]: ReadonlyArray<ReadonlyMap<string, number[]>>): string {
  const lines = [...first].flatMap(([key, before]) => {
    const after = second.get(key)
    if (after === undefined || median(before) === 0) return []
    const ratio = median(after) / median(before)
    const isBelow = (lower: readonly number[], upper: readonly number[]) => Math.max(...lower) < Math.min(...upper)
    const verdict = isBelow(after, before) ? 'less' : isBelow(before, after) ? 'more' : 'within the noise'
    return [`| ${key} | ${show(before)} | ${show(after)} | ${ratio.toFixed(3)} | ${verdict} |`]
  })
  return [`| | ${a.name} | ${b.name} | ratio | |`, '|---|---|---|---|---|', ...lines, ''].join('\n')
}

function show(values: readonly number[]): string {
  return `${Number(median(values).toPrecision(4))} ± ${(100 * spread(values)).toFixed(0)}%`
}
