/** Several workers agree on which models are unloaded. */
import { join } from 'node:path'
import t from 'tap'
import { GOOD_BODY } from '../helpers/fake-model.js'
import { listeners, startListening, until } from '../helpers/service-process.js'

const PROGRAM = join(import.meta.dirname, '..', 'helpers', 'serve-fake.js')

t.setTimeout(180_000)

t.test('an unload holds in every worker, and in those that come later', async t => {
  const service = await startListening(t, { WORKERS: '3', LOG_LEVEL: 'debug', MODEL_CONTROL: 'explicit' }, PROGRAM)
  const origin = `http://127.0.0.1:${service.port}`
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const post = async (path: string, body: object = {}) =>
    fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  /** Statuses of a dozen requests, each on a connection of its own: the workers take turns. */
  const ready = async () => {
    const statuses = new Set<number>()
    for (let i = 0; i < 12; i++) statuses.add((await fetch(`${origin}/v2/models/churn/ready`, { headers })).status)
    return [...statuses]
  }
  const change = async (verb: string) => {
    const response = await post(`/v2/repository/models/churn/${verb}`)
    t.strictSame([response.status, await response.json()], [200, {}], verb)
  }

  t.strictSame(await ready(), [200])
  for (let round = 0; round < 3; round++) {
    await change('unload')
    t.strictSame(await ready(), [503], 'at once')
    await change('load')
    t.strictSame(await ready(), [200])
  }
  await change('unload')
  t.equal((await post('/predict', GOOD_BODY)).status, 200)
  const answered = () => new Set(service.log().filter(({ route }) => String(route).endsWith('/ready')).map(({ pid }) => pid))
  await until(() => answered().size === 3, service)

  const pids = listeners(service).map(({ pid }) => Number(pid))
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until(() => listeners(service).length === 6, service)
  t.strictSame(await ready(), [503], 'in workers that started after it')
  await change('load')
  t.strictSame(await ready(), [200])

  const hanging = Number(listeners(service).at(-1)?.pid)
  process.kill(hanging, 'SIGSTOP')
  // Several at once: the worker that hangs keeps whoever comes to it waiting.
  const unloads = Array.from({ length: 3 }, async () => post('/v2/repository/models/churn/unload'))
  t.equal((await Promise.any(unloads)).status, 200, 'a worker that hangs is not waited for')
  process.kill(hanging, 'SIGCONT')
  t.strictSame((await Promise.all(unloads)).map(({ status }) => status), [200, 200, 200])
  t.strictSame(await ready(), [503])

  service.process.kill('SIGTERM')
  t.strictSame(await service.exited, { status: 0, signal: null })
})
