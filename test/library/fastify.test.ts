import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import { fastify } from 'fastify'
import t from 'tap'
import defaultExport, { recallMl } from '../../library/fastify.js'
import { PACKAGE_ROOT } from '../../src/config.js'

const shipped = (name: string) => join(PACKAGE_ROOT, 'model-json', `${name}.json`)

t.equal(defaultExport, recallMl)

t.test("two folders in somebody's own app, which keeps its own ways", async t => {
  const folders = [t.testdir({ a: {}, b: {} })].flatMap(root => [join(root, 'a'), join(root, 'b')])
  // Two models of one name.
  copyFileSync(shipped('churn'), join(folders[0], 'model.json'))
  copyFileSync(shipped('recommend'), join(folders[1], 'model.json'))
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'theirs', version: '1' } } })
  app.setErrorHandler((_error, _request, reply) => reply.code(418).send('theirs'))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('not theirs'))
  app.post('/own', { schema: { body: { type: 'object', required: ['x'] } } }, () => ({}))
  await app.register(recallMl, { models: folders[0], prefix: '/ml' })
  await app.register(recallMl, { models: folders[1], prefix: '/other/ml', strictInput: true })
  await app.ready()

  const post = async (url: string, payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url, payload })
    return [statusCode, body] as const
  }
  const [status, body] = await post('/ml/models/model/predict', { complaint_count: 2, plan_type: 'Prepaid' })
  t.equal(status, 200)
  t.match(JSON.parse(body), { status: 'success', classes: [0, 1] })
  t.match(await post('/ml/models/model/predict', { complaint_count: 'x' }), [400, /"field":"complaint_count"/])
  t.match(await post('/other/ml/models/model/predict', { plan_type: 'Prepaid' }), [400, /expected/], 'strict')
  t.match(await post('/ml/models/model/predict/batch', { instances: [{ complaint_count: 2 }, 1] }), [200, /"failed":\[1\]/])
  t.match(await post('/own', {}), [418, 'theirs'], 'their error handler')
  t.match(await post('/ml/nothing', {}), [404, 'not theirs'], 'their handler of unknown paths')

  const { paths, components } = app.swagger() as unknown as {
    paths: Record<string, Record<string, { operationId?: string }>>, components: object
  }
  t.ok('/ml/models/model/predict' in paths && '/other/ml/models/model/predict' in paths && '/own' in paths)
  const operations = Object.values(paths).flatMap(path => Object.values(path))
  const ids = operations.map(({ operationId }) => operationId).filter(id => id !== undefined)
  t.equal(new Set(ids).size, ids.length, 'each operation has a name of its own')
  t.ok(JSON.stringify(components).includes('complaint_count'))
})

t.test('a folder without models, or with a damaged one, stops the app', async t => {
  const empty = fastify().register(recallMl, { models: t.testdir() })
  await t.rejects(async () => empty.ready(), /no model is in/)
  const damaged = fastify().register(recallMl, { models: t.testdir({ 'x.json': '{}' }) })
  await t.rejects(async () => damaged.ready(), { name: 'DumpError', message: /x\.json is damaged: format/ })
})

t.test('an option that is missing or mistaken stops the app, and says which', async t => {
  const models = join(PACKAGE_ROOT, 'model-json')
  const CASES: ReadonlyArray<readonly [options: object, message: RegExp]> = [
    [{}, /models: expected the folder with the dumps, received nothing/],
    [{ models: '' }, /models: expected a string/],
    [{ models: ['a'] }, /models: expected a string, received a list of 1 value/],
    [{ models, strictInput: 'yes' }, /strictInput: expected a boolean, received the text "yes"/],
    [{ models, batchMaxRows: '5' }, /batchMaxRows: expected a number, received the text "5"/],
    [{ models, batchMaxRow: 5 }, /batchMaxRow: .*is batchMaxRows meant\?/],
    [{ models, batchMaxRows: NaN }, /batchMaxRows: expected a whole number from 1 to 1000000, received "NaN"/],
    [{ models, port: 5000 }, /port: expected an option of recall-ml, received the number 5000/]
  ]
  for (const [options, message] of CASES) {
    const app = fastify().register(recallMl, options as { models: string })
    await t.rejects(async () => app.ready(), { name: 'ConfigError', message })
  }
  const app = fastify().register(recallMl, { models, prefix: '/a', logLevel: 'warn' })
  await app.register(recallMl, { models, prefix: '/b', strictInput: false, batchMaxRows: undefined } as { models: string })
  await app.ready()
  await app.close()
})

t.test('two registrations at one prefix stop the app', async t => {
  const models = join(PACKAGE_ROOT, 'model-json')
  const app = fastify()
  for (let i = 0; i < 2; i++) app.register(recallMl, { models, prefix: '/a' })
  await t.rejects(async () => app.ready(), { code: 'FST_ERR_DUPLICATED_ROUTE' })
})
