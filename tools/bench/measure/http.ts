/** Requests a second and delays of the servers: one process, and one a core. */
import { availableParallelism } from 'node:os'
import { SERVERS, type HttpPeer } from '../cases.js'
import { runLoad, type LoadResult } from '../lib/load.js'
import { CAN_PIN } from '../lib/processes.js'
import { ROUTES, type RouteName, type Served } from '../lib/served.js'
import { startPeer, type RunningServer } from '../lib/servers.js'
import type { Recorder, Settings } from '../lib/types.js'

/** How the task of a load is called in the results. */
export function describeLoad(route: RouteName, processes: number, connections: number): string {
  return `/${route}, ${processes === 1 ? '1 process' : `${processes} processes`}, ${connections} connections`
}

/** Server and client on cores of their own, where there are two and one process serves. */
export function splitCores(processes: number): { server?: string, client?: string } {
  if (!CAN_PIN || processes > 1) return {}
  return { server: '0', client: `1-${availableParallelism() - 1}` }
}

/**
 * A server that has waited for half a minute is asked for so long before it counts. Its first load after that is slower,
 * and has 9,000 minor faults (the service) or 4,000 (bare Fastify), for a reason that is not known. This second leaves
 * that out: callers who come after a lull have it.
 */
const AWAKE_SECONDS = 1

export async function measureHttp(served: Served, settings: Settings, recorder: Recorder): Promise<void> {
  const peers = new Set(SERVERS.filter(({ name }) => settings.wants('http', name)))
  const cores = availableParallelism()
  const modes = cores > 1 ? [1, cores] : [1]
  const turn = { first: 0 }
  for (let round = 1; round <= settings.rounds; round++) {
    for (const processes of modes) {
      recorder.progress(`http: ${processes} process(es), round ${round} of ${settings.rounds}`)
      await measureTogether(peers, turn, processes, served, settings, recorder)
    }
  }
}

/**
 * All servers are up and asked in turn, load by load: seconds lie between two that are compared, and what slows the
 * machine for a minute slows both. One that is not asked takes 1% of a core at most. Each load begins with another one,
 * so that none always comes after the same.
 * @param peers one that fails is taken out
 * @param turn whose it is to be first, counted on
 */
async function measureTogether(
  peers: Set<HttpPeer>, turn: { first: number }, processes: number, served: Served, settings: Settings, recorder: Recorder
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
    for (const route of ROUTES) {
      const loadEach = async (what: string, connections: number, seconds: number): Promise<Map<HttpPeer, LoadResult>> => {
        const results = new Map<HttpPeer, LoadResult>()
        const asked = [...running].filter(([peer]) => peers.has(peer))
        const first = turn.first++ % asked.length
        for (const [peer, { url, bodies, check }] of [...asked.slice(first), ...asked.slice(0, first)]) {
          await attempt(peer, what, async () => {
            const load = { url: url(route), bodies: bodies(route), cores: client, connections }
            for (const time of [AWAKE_SECONDS, seconds]) {
              results.set(peer, await runLoad({ ...load, seconds: time }))
              // Once it answers this, it has done what the load's connections left behind, and is out of the way.
              if (!await check(route)) throw new Error(`a wrong answer after ${what}`)
            }
          })
        }
        return results
      }
      await loadEach(`/${route}, warming up`, 8, settings.quick ? 1 : 3)
      // Of the second route one load is enough to see that it is no other story.
      for (const connections of route === 'predict' ? settings.connections : [32]) {
        const task = describeLoad(route, processes, connections)
        for (const [peer, result] of await loadEach(task, connections, settings.loadSeconds)) {
          recorder.add('http', peer.name, task, 'requests a second', result.requestsPerSecond)
          recorder.add('http', peer.name, task, 'p50, ms', result.p50)
          recorder.add('http', peer.name, task, 'p99, ms', result.p99)
        }
      }
    }
  } finally {
    await Promise.all([...running.values()].map(({ server }) => server.stop()))
  }
}
