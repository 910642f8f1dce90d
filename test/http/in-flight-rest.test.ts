import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { mock } from 'node:test'
import t from 'tap'
import { InFlight } from '../../src/http/bodies/in-flight.js'

const MUCH = 4 * 2 ** 20
const REST_MS = 5000

const response = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()))

/** Something that nobody holds. */
const litter = (): WeakRef<object> => new WeakRef({})

/** Asked apart: a function that has seen the thing may hold it. */
const isThere = (ref: WeakRef<object>): boolean => ref.deref() !== undefined

// A WeakRef holds its target until the job that made it has ended, and a collection is a job of its own.
const nextJob = async () => new Promise(resolve => setImmediate(resolve))

t.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
t.afterEach(() => mock.timers.reset())

t.test('garbage is collected after a rest, and once more', async t => {
  const inFlight = new InFlight(Infinity)
  const answer = response()
  inFlight.hold(answer, MUCH)
  answer.emit('close')
  for (const time of ['once', 'once more']) {
    const ref = litter()
    await nextJob()
    mock.timers.tick(REST_MS - 1)
    t.ok(isThere(ref), 'not before')
    await nextJob()
    mock.timers.tick(1)
    await nextJob()
    t.notOk(isThere(ref), time)
  }
  const ref = litter()
  await nextJob()
  mock.timers.tick(10 * REST_MS)
  await nextJob()
  t.ok(isThere(ref), 'twice is enough')
})

t.test('not while something is in hand', async t => {
  const inFlight = new InFlight(Infinity)
  const [long, short] = [response(), response()]
  inFlight.hold(short, MUCH)
  short.emit('close')
  inFlight.hold(long, 1)
  const ref = litter()
  await nextJob()
  mock.timers.tick(REST_MS)
  await nextJob()
  t.ok(isThere(ref))
  long.emit('close')
  await nextJob()
  mock.timers.tick(REST_MS)
  await nextJob()
  t.notOk(isThere(ref))
})

t.test('not for little', async t => {
  const inFlight = new InFlight(Infinity)
  const answer = response()
  inFlight.hold(answer, MUCH - 1)
  answer.emit('close')
  const ref = litter()
  await nextJob()
  mock.timers.tick(REST_MS)
  await nextJob()
  t.ok(isThere(ref))
})
