/** Requests per second and delays of the servers: one process, and one a core. */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVERS, type HttpPeer } from '../lib/cases.js'
import { runLoad } from '../lib/load.js'
import { CAN_PIN } from '../lib/processes.js'
import { seededRandom, type Random } from '../lib/random.js'
import { ROUTES, type RouteName, type Served } from '../lib/served.js'
import { startPeer, type RunningServer } from '../lib/servers.js'
import type { Recorder, Settings } from '../lib/types.js'

/**
 * How the task of a load is called in the results.
 * @param set of models that is served
 */
export function describeLoad(set: string, route: RouteName, processes: number, connections: number): string {
  return `${set}, /${route}, ${processes === 1 ? '1 process' : `${processes} processes`}, ${connections} connections`
}

/** The loads that the targets are about. */
export function judgedLoads(set: string): string[] {
  return ROUTES.map(route => describeLoad(set, route, 1, JUDGED_CONNECTIONS))
}

const JUDGED_CONNECTIONS = 32

/** The first second of such a load after all servers had nothing to do. */
export function restedLoad(set: string): string {
  return `${describeLoad(set, 'predict', 1, JUDGED_CONNECTIONS)} after a rest`
}

/** V8's first collection after so long takes most of the space for new objects away; callers wait while it grows again. */
const REST_SECONDS = 30

/** Before a load counts, as the servers have waited for each other: what a rest costs is measured by itself. */
const AWAKE_SECONDS = 1

/** Server and client on cores of their own, where there are two and one process serves. */
export function splitCores(processes: number): { server?: string, client?: string } {
  if (!CAN_PIN || processes > 1) return {}
  return { server: '0', client: `1-${availableParallelism() - 1}` }
}

/** The orders are random and the same in every run. */
const ORDER_SEED = 3

/** @param isMain else only the loads that the targets are about are made, without rests */
export async function measureHttp(
  served: Served, isMain: boolean, settings: Settings, recorder: Recorder
): Promise<void> {
  const peers = new Set(SERVERS.filter(({ name }) => settings.wants('http', name)))
  const cores = availableParallelism()
  const modes = isMain && cores > 1 ? [1, cores] : [1]
  const random = seededRandom(ORDER_SEED)
  for (let round = 1; round <= settings.rounds; round++) {
    for (const processes of modes) {
      const set = served.models.name
      recorder.progress(`http: ${set} models, ${processes} process(es), round ${round} of ${settings.rounds}`)
      const loads = planLoads(set, isMain, processes, settings)
      await measureTogether(peers, random, loads, processes, served, settings, recorder)
    }
  }
}

/** What each server is asked for, one after the other. */
interface PlannedLoad {
  /** Undefined when nothing of it counts. */
  readonly task?: string
  readonly route: RouteName
  readonly connections: number
  readonly seconds: number
  /** Seconds before the first server is asked. */
  readonly rest?: number
  /** Seconds for which each is asked before what counts. */
  readonly awake?: number
}

function planLoads(set: string, isMain: boolean, processes: number, settings: Settings): PlannedLoad[] {
  const warmUp = (route: RouteName): PlannedLoad => ({ route, connections: 8, seconds: settings.quick ? 1 : 3 })
  const plan = (route: RouteName, connections: number): PlannedLoad => ({
    task: describeLoad(set, route, processes, connections), route, connections, seconds: settings.loadSeconds, awake: AWAKE_SECONDS
  })
  const rested: PlannedLoad = {
    task: restedLoad(set), route: 'predict', connections: JUDGED_CONNECTIONS, seconds: 1, rest: REST_SECONDS
  }
  const judged = judgedLoads(set)
  const several = (load: PlannedLoad) => repeat(load, judged.includes(load.task ?? '') ? settings.judgedLoads : 1)
  const connections = isMain ? settings.connections : [JUDGED_CONNECTIONS]
  return [
    warmUp('predict'),
    ...connections.map(count => plan('predict', count)).flatMap(several),
    ...repeat(rested, isMain && processes === 1 ? settings.restedLoads : 0),
    warmUp('recommend'),
    // Of the second route only what is judged.
    ...several(plan('recommend', JUDGED_CONNECTIONS))
  ]
}

function repeat<T>(value: T, times: number): T[] {
  return Array<T>(times).fill(value)
}

/**
 * All servers are up and asked in turn, load by load: seconds lie between two that are compared, and what slows the
 * machine for a minute slows both. One that is not asked takes 1% of a core at most. Each load has another order, so that
 * none always comes first, or after the same.
 * @param peers one that fails is taken out
 * @param random makes the orders
 */
async function measureTogether(
  peers: Set<HttpPeer>, random: Random, loads: readonly PlannedLoad[], processes: number, served: Served,
  settings: Settings, recorder: Recorder
): Promise<void> {
  const { server: serverCores, client } = splitCores(processes)
  const running = new Map<HttpPeer, RunningServer>()
  const attempt = async (peer: HttpPeer, what: string, work: () => Promise<void>) => {
    recorder.progress(`http: ${peer.name}, ${what}`)
    try {
      await work()
    } catch (error) {
      peers.delete(peer)
      recorder.note(`${peer.title} over HTTP: ${(error as Error).message}`)
    }
  }
  try {
    for (const peer of peers) {
      await attempt(peer, 'start', async () => {
        running.set(peer, await startPeer(peer, served, settings, processes, serverCores))
      })
    }
    for (const { task, route, connections, seconds, rest = 0, awake } of loads) {
      const asked = random.shuffle([...running].filter(([peer]) => peers.has(peer)))
      if (asked.length > 0) await sleep(rest * 1000)
      for (const [peer, { url, bodies, check }] of asked) {
        await attempt(peer, task ?? `/${route}, warming up`, async () => {
          const load = { url: url(route), bodies: bodies(route), cores: client, connections }
          if (awake !== undefined) await runLoad({ ...load, seconds: awake })
          const result = await runLoad({ ...load, seconds })
          // Once it answers this, it has done what the load's connections left behind, and is out of the way.
          if (!await check(route)) throw new Error('a wrong answer after a load')
          if (task === undefined) return
          recorder.add('http', peer.name, task, 'requests per second', result.requestsPerSecond)
          recorder.add('http', peer.name, task, 'p50, ms', result.p50)
          recorder.add('http', peer.name, task, 'p99, ms', result.p99)
        })
      }
    }
  } finally {
    await Promise.all([...running.values()].map(({ server }) => server.stop()))
  }
}
