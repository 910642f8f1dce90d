/** Requests a second and delays of the servers: one process, and one a core. */
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVERS, type HttpPeer } from '../cases.js'
import { runLoad } from '../lib/load.js'
import { CAN_PIN } from '../lib/processes.js'
import { ROUTES, type RouteName, type Served } from '../lib/served.js'
import { startPeer } from '../lib/servers.js'
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

export async function measureHttp(served: Served, settings: Settings, recorder: Recorder): Promise<void> {
  const peers = new Set(SERVERS.filter(({ name }) => settings.wants('http', name)))
  const cores = availableParallelism()
  const modes = cores > 1 ? [1, cores] : [1]
  for (let round = 1; round <= settings.rounds; round++) {
    for (const processes of modes) {
      for (const peer of peers) {
        recorder.progress(`http: ${peer.name}, ${processes} process(es), round ${round} of ${settings.rounds}`)
        try {
          await measurePeer(peer, processes, served, settings, recorder)
        } catch (error) {
          peers.delete(peer)
          recorder.note(`${peer.title} over HTTP: ${(error as Error).message}`)
        }
      }
    }
  }
}

async function measurePeer(
  peer: HttpPeer, processes: number, served: Served, settings: Settings, recorder: Recorder
): Promise<void> {
  const { server: serverCores, client } = splitCores(processes)
  const { server, url, bodies } = await startPeer(peer, served, settings, processes, serverCores)
  try {
    for (const route of ROUTES) {
      // Of the second route one load is enough to see that it is no other story.
      const loads = route === 'predict' ? settings.connections : [32]
      const load = { url: url(route), bodies: bodies(route), cores: client }
      await runLoad({ ...load, connections: 8, seconds: settings.quick ? 1 : 3 })
      for (const connections of loads) {
        const result = await runLoad({ ...load, connections, seconds: settings.loadSeconds })
        const task = describeLoad(route, processes, connections)
        recorder.add('http', peer.name, task, 'requests a second', result.requestsPerSecond)
        recorder.add('http', peer.name, task, 'p50, ms', result.p50)
        recorder.add('http', peer.name, task, 'p99, ms', result.p99)
        await sleep(100)
      }
    }
  } finally {
    await server.stop()
  }
}
