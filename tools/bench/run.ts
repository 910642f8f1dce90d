/** Everything that was asked for, measured: the groups one after the other, each in interleaved rounds. */
import { EVALUATORS, SCORERS, SERVERS } from './lib/cases.js'
import { provide, listPackages } from './lib/environments.js'
import { findDumps, findModels, prepareForests, prepareMljs, type Forest, type Models } from './lib/forests.js'
import { CLIENT } from './lib/load.js'
import { describeMachine, firstLine, type Machine } from './lib/machine.js'
import { CAN_PIN } from './lib/processes.js'
import { prepareServed } from './lib/served.js'
import { GROUPS, type Group, type Measurement, type Recorder, type Settings } from './lib/types.js'
import { measureEvaluators } from './measure/evaluate.js'
import { AXES, measureGrowth } from './measure/growth.js'
import { measureHttp } from './measure/http.js'
import { measureMemory } from './measure/memory.js'
import { measureScore } from './measure/score.js'
import { measureBatches, BATCH_CASES } from './measure/batches.js'
import { measureStart } from './measure/start.js'
import { measureStreams, STREAM_CASES } from './measure/stream.js'

/** A result, as its file has it. */
export interface Report {
  readonly date: string
  readonly commit: string
  readonly quick: boolean
  readonly rounds: number
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** How the load was made. */
  readonly client: string
  /** What the forests are, by name, the main ones first. */
  readonly forests: Readonly<Record<string, string>>
  /** The main set of models: streams and files are of these. */
  readonly served: string
  readonly measurements: readonly Measurement[]
  readonly notes: readonly string[]
}

/** Groups in which this project is on its own: they need neither other programs nor Python. */
const OWN_CASES: Partial<Record<Group, ReadonlyArray<{ readonly name: string }>>> = {
  growth: AXES, stream: STREAM_CASES, batches: BATCH_CASES
}

/** @param save is given what there is after each group: a long run that is broken off has not been for nothing */
export async function runAll(settings: Settings, save: (report: Report) => void): Promise<Report> {
  const recorder = new Results()
  const machine = describeMachine()
  const date = new Date().toISOString()
  if (machine.load > 0.5) recorder.note(`the machine was busy when this began (load ${machine.load}): figures are noisy`)
  const wants = (group: Group) => {
    const peers = group === 'evaluate' ? EVALUATORS : group === 'score' ? SCORERS : OWN_CASES[group] ?? SERVERS
    return peers.some(({ name }) => settings.wants(group, name))
  }
  const versions: Record<string, string> = { node: process.version }
  const sets: Array<{ readonly models: Models, readonly forests: readonly Forest[] }> = []
  if (GROUPS.some(group => !(group in OWN_CASES) && wants(group))) {
    for (const models of await findModels(settings, recorder)) {
      sets.push({ models, forests: await prepareForests(settings, models) })
    }
    Object.assign(versions, await pythonVersions())
  }
  const main = sets.at(0)?.models
  const forests = sets.flatMap(set => set.forests)
  let served = main?.name ?? ''
  const commit = firstLine('git', ['describe', '--always', '--dirty', '--abbrev=7'], settings.root) ?? 'unknown'
  const report = (): Report => ({
    date,
    commit,
    quick: settings.quick,
    rounds: settings.rounds,
    machine,
    versions: { ...versions, ...compilerVersion() },
    client: describeClient(machine),
    forests: Object.fromEntries(forests.map(({ name, shape }) => [name, shape])),
    served,
    measurements: recorder.measurements,
    notes: [...recorder.notes]
  })
  const measure = async (group: Group, run: () => Promise<void>) => {
    if (!wants(group)) return
    await run()
    save(report())
  }
  await measure('evaluate', async () => {
    const mljs = settings.wants('evaluate', 'ml-random-forest') ? [await prepareMljs(settings)] : []
    forests.push(...mljs)
    const found = await measureEvaluators(forests, settings, recorder)
    const packages = EVALUATORS.filter(({ name, needs }) => needs === `npm:${name}` || name === 'recall-ml')
    for (const { name } of packages) if (name in found) versions[name] = found[name]
  })
  if (main !== undefined) {
    const whole = (['start', 'http', 'memory'] as const).some(wants)
    for (const set of whole ? sets : []) {
      const prepared = await prepareServed(set.models, set.forests, settings, recorder)
      await measure('start', () => measureStart(prepared, settings, recorder))
      await measure('http', () => measureHttp(prepared, set.models === main, settings, recorder))
      await measure('memory', () => measureMemory(prepared, settings, recorder))
    }
    await measure('score', () => measureScore(main, settings, recorder))
  }
  await measure('growth', () => measureGrowth(settings, recorder))
  await measure('stream', async () => {
    const dumps = main === undefined ? await findDumps(settings) : { name: main.name, folder: main.dumps }
    served = dumps.name
    await measureStreams(dumps, settings, recorder)
  })
  await measure('batches', () => measureBatches(settings, recorder))
  return report()
}

async function pythonVersions(): Promise<Record<string, string>> {
  try {
    const python = firstLine(await provide('python'), ['--version'])
    return { ...(python !== undefined && { python: python.replace('Python ', '') }), ...await listPackages('python'), ...await listPackages('mlserver') }
  } catch {
    // Each of the peers that need it says so.
    return {}
  }
}

function compilerVersion(): Record<string, string> {
  const version = firstLine('cc', ['--version'])
  return version === undefined ? {} : { cc: version }
}

function describeClient({ cores }: Machine): string {
  const where = CAN_PIN
    ? `pinned with taskset: one serving process on core 0, the client on ${cores === 2 ? 'core 1' : `cores 1 to ${cores - 1}`}; ` +
      'with a process a core, server and client share all cores'
    : 'not pinned: server and client share the cores'
  return `${CLIENT}, one thread, ${where}`
}

class Results implements Recorder {
  readonly measurements: Measurement[] = []
  readonly notes = new Set<string>()
  private readonly startedAt = performance.now()

  add(group: Group, peer: string, task: string, metric: string, value: number): void {
    const known = this.measurements.find(one =>
      one.group === group && one.peer === peer && one.task === task && one.metric === metric)
    if (known === undefined) this.measurements.push({ group, peer, task, metric, values: [value] })
    else known.values.push(value)
  }

  note(text: string): void {
    if (!this.notes.has(text)) this.progress(`left out or to be known: ${text}`)
    this.notes.add(text)
  }

  progress(text: string): void {
    const seconds = Math.round((performance.now() - this.startedAt) / 1000)
    process.stderr.write(`${String(seconds).padStart(5)} s  ${text}\n`)
  }
}
