/** A program for tests: the service with fake models. FAKE_DIE=1 makes it die while it starts, SIGUSR2 throw. */
import { serve } from '../../src/start.js'
import { fakeEntries } from './fake-model.js'

process.on('SIGUSR2', () => {
  throw new Error('thrown for a test')
})
await serve(async () => {
  if (process.env.FAKE_DIE === '1') process.kill(process.pid, 'SIGKILL')
  return fakeEntries()
})
