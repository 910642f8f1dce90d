/** Resident memory: after the start, and after many requests. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVERS, type HttpPeer } from '../lib/cases.js'
import { runLoad } from '../lib/load.js'
import { residentMb } from '../lib/processes.js'
import type { Served } from '../lib/served.js'
import { startPeer } from '../lib/servers.js'
import type { Recorder, Settings } from '../lib/types.js'
import { splitCores } from './http.js'

/** What is measured of it, after so many requests. */
export function describeMark(requests: number): string {
  return requests === 0 ? 'MB at rest' : `MB after ${requests.toLocaleString('en')} requests`
}

/** One round: memory grows over minutes, and hardly differs from start to start. */
export async function measureMemory(served: Served, settings: Settings, recorder: Recorder): Promise<void> {
  for (const peer of SERVERS.filter(({ name, whole }) => whole && settings.wants('memory', name))) {
    recorder.progress(`memory: ${served.models.name} models, ${peer.name}`)
    try {
      await measurePeer(peer, served, settings, recorder)
    } catch (error) {
      recorder.note(`memory of ${peer.title}: ${(error as Error).message}`)
    }
  }
}

async function measurePeer(peer: HttpPeer, served: Served, settings: Settings, recorder: Recorder): Promise<void> {
  const { server: serverCores, client } = splitCores(1)
  const { server, url, bodies } = await startPeer(peer, served, settings, 1, serverCores)
  const record = async (requests: number, metric = describeMark(requests)) => {
    // Time for what was used to be given back.
    await sleep(settings.quick ? 1000 : 5000)
    recorder.add('memory', peer.name, `${served.models.name}, memory`, metric, residentMb(server.pid))
  }
  try {
    await record(0)
    const load = { connections: 32, cores: client }
    const end = performance.now() + settings.memorySeconds * 1000
    let sent = 0
    let rate = Infinity
    for (const mark of settings.memoryRequests) {
      // Not begun when it could not be reached.
      while (sent < mark && performance.now() + (mark - sent) / rate * 1000 < end) {
        // Both routes in turn.
        for (const route of ['predict', 'recommend'] as const) {
          const seconds = Math.max(1, Math.min(10, Math.round((mark - sent) / 2 / rate)))
          const result = await runLoad({ ...load, url: url(route), bodies: bodies(route), seconds })
          sent += result.requests
          rate = result.requestsPerSecond
        }
      }
      if (sent < mark) {
        await record(sent, 'MB at the end')
        const count = sent.toLocaleString('en')
        const enough = `${settings.memorySeconds} s are not enough for ${mark.toLocaleString('en')}`
        recorder.note(`memory of ${peer.title}, ${served.models.name} models: the end was after ${count} requests: ${enough}`)
        return
      }
      await record(mark)
    }
  } finally {
    await server.stop()
  }
}
