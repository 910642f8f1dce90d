import { fastify } from 'fastify'
import t from 'tap'
import { addHealthRoutes } from '../../../src/http/observability/health.js'
import { type Answer, build, LogCapture, post } from '../../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'

t.test('all models loaded', async t => {
  const app = await build(t)
  t.strictSame((await app.inject('/health/live')).json<Answer>(), { status: 'success' })
  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 200)
  t.strictSame(ready.json<Answer>(), {
    status: 'success',
    models: [
      { name: 'recommend', loaded: true, file: 'recommend.json' },
      { name: 'churn', loaded: true, file: 'churn.json' }
    ]
  })
})

t.test('a model is missing: which and why, but not where', async t => {
  const path = '/srv/secret models/churn.json'
  const reasons = [
    [`ENOENT: no such file or directory, open '${path}'`, "ENOENT: no such file or directory, open 'churn.json'"],
    ['churn.json is damaged: forest.trees[3]: 5/6 nodes', 'churn.json is damaged: forest.trees[3]: 5/6 nodes'],
    ['cannot read /etc/secret/other.json (EACCES)', 'cannot read other.json (EACCES)'],
    ['cannot read C:\\secret\\other.json', 'cannot read other.json']
  ]
  for (const [reason, shown] of reasons) {
    const app = await build(t, {}, [fakeEntries()[0], { name: 'churn', path, model: undefined, reason }])
    const ready = await app.inject('/health/ready')
    t.equal(ready.statusCode, 503)
    t.strictSame(ready.json<Answer>(), {
      status: 'error',
      message: 'Not loaded: churn',
      models: [
        { name: 'recommend', loaded: true, file: 'recommend.json' },
        { name: 'churn', loaded: false, file: 'churn.json', reason: shown }
      ]
    })
    t.notMatch(ready.body, 'secret')
    t.equal((await app.inject('/health/live')).statusCode, 200, 'the process lives')
    t.equal((await post(app, '/recommend', GOOD_BODY)).statusCode, 200, 'the other model serves')
  }
})

t.test('a service of other models is ready without those that have routes of their own', async t => {
  const logStream = new LogCapture()
  const [entry] = fakeEntries()
  const app = await build(t, { logLevel: 'info' }, [{ ...entry, name: 'wine' }], logStream)
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  t.equal((await post(app, '/models/wine/predict', GOOD_BODY)).statusCode, 200)
  t.equal((await post(app, '/predict', GOOD_BODY)).statusCode, 404)
  t.match(logStream.lines.find(({ level }) => level === 40), { msg: /recommend\.json .*churn\.json.*\/recommend and \/predict/ })
})

t.test('a service that stops is alive but not ready', async t => {
  const app = fastify()
  t.teardown(async () => app.close())
  addHealthRoutes(app, fakeEntries(), () => true)
  t.equal((await app.inject('/health/live')).statusCode, 200)
  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 503)
  t.match(ready.json<Answer>(), { status: 'error', message: 'The service is stopping', models: [{ loaded: true }, {}] })
})
