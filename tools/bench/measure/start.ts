/** From the start of a process to its first right answer. */
import { SERVERS } from '../lib/cases.js'
import type { Served } from '../lib/served.js'
import { startPeer } from '../lib/servers.js'
import type { Recorder, Settings } from '../lib/types.js'

export async function measureStart(served: Served, settings: Settings, recorder: Recorder): Promise<void> {
  const peers = new Set(SERVERS.filter(({ name, whole }) => whole && settings.wants('start', name)))
  // Round 0 fills the caches of the disk.
  for (let round = 0; round <= settings.rounds; round++) {
    for (const peer of peers) {
      recorder.progress(`start: ${served.models.name} models, ${peer.name}, round ${round} of ${settings.rounds}`)
      try {
        const { server, startMs } = await startPeer(peer, served, settings, 1)
        await server.stop()
        if (round > 0) recorder.add('start', peer.name, `${served.models.name}, start`, 'ms to the first answer', startMs)
      } catch (error) {
        peers.delete(peer)
        recorder.note(`start of ${peer.title}: ${(error as Error).message}`)
      }
    }
  }
}
