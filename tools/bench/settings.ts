/** What a run is told, from the command line. */
import { EVALUATORS, SCORERS, SERVERS } from './lib/cases.js'
import { GROUPS, type Group, type Settings } from './lib/types.js'
import { UsageError } from './lib/usage-error.js'
import { AXES } from './measure/growth.js'
import { BATCH_CASES } from './measure/batches.js'
import { STREAM_CASES } from './measure/stream.js'

/** The two paces. */
export const SPEEDS = {
  full: {
    rounds: 5, milliseconds: 1000, loadSeconds: 4, judgedLoads: 5, restedLoads: 5, memoryRequests: 1_000_000, memorySeconds: 70,
    streamRows: 10_000_000
  },
  quick: {
    rounds: 2, milliseconds: 150, loadSeconds: 1, judgedLoads: 1, restedLoads: 0, memoryRequests: 20_000, memorySeconds: 5,
    streamRows: 1_000_000
  }
}

const CONNECTIONS = [1, 32, 256]

export interface Options {
  readonly names: readonly string[]
  readonly root: string
  readonly quick?: boolean | undefined
  readonly rounds?: string | undefined
}

/** Every case as GROUP/PEER; of growth GROUP/AXIS, of stream what is measured of it, of batches the forest. */
export function listCases(): string[] {
  const whole = SERVERS.filter(server => server.whole)
  const peers: Record<Group, ReadonlyArray<{ readonly name: string }>> = {
    evaluate: EVALUATORS, http: SERVERS, start: whole, memory: whole, growth: AXES, score: SCORERS, stream: STREAM_CASES, batches: BATCH_CASES
  }
  return GROUPS.flatMap(group => peers[group].map(({ name }) => `${group}/${name}`))
}

/** @throws UsageError when a name is that of no case, or the rounds are no number */
export function makeSettings({ names, root, quick = false, rounds }: Options): Settings {
  const cases = listCases()
  const fits = (name: string, entry: string) => entry === name || entry.split('/').includes(name)
  const unknown = names.find(name => !cases.some(entry => fits(name, entry)))
  if (unknown !== undefined) throw new UsageError(`no case is called ${unknown}; --list shows them all`)
  const speed = quick ? SPEEDS.quick : SPEEDS.full
  const marks = [20_000, 100_000, 200_000, 500_000, 1_000_000]
  return {
    ...speed,
    root,
    quick,
    rounds: rounds === undefined ? speed.rounds : parseRounds(rounds),
    connections: quick ? [1, 32] : CONNECTIONS,
    memoryRequests: marks.filter(mark => mark <= speed.memoryRequests),
    wants: (group, peer) => names.length === 0 || names.some(name => fits(name, `${group}/${peer}`))
  }
}

function parseRounds(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`--rounds: expected a whole number from 1 on, got ${text}`)
  return Number(text)
}
