/** A program for tests: the service with fake models. FAKE_DIE=1 makes each process die while it starts. */
import { serve } from '../../src/server.js'
import { fakeSlots } from './fake-model.js'

await serve(async () => {
  if (process.env.FAKE_DIE === '1') process.kill(process.pid, 'SIGKILL')
  return fakeSlots()
})
