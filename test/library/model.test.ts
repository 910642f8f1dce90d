/** The library answers and refuses as `POST /models/NAME/predict` does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastify } from 'fastify'
import t from 'tap'
import { createModel as createInCore } from '../../library/core.js'
import recallMl from '../../library/fastify.js'
import { createModel, InputError, loadModels } from '../../library/index.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'

const FOLDER = join(PACKAGE_ROOT, 'model-json')
const CELLS = [null, true, 'x', '', 0, -1, 75, 1e300, [], {}]

t.test('the same answers and the same problems', async t => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(recallMl, { models: FOLDER })
  for (const [name, loaded] of await loadModels(FOLDER)) {
    const dump = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Dump
    const models = [loaded, createModel(dump), createInCore(dump)]
    const golden = dump.golden.slice(0, 5).map(({ input }) => input)
    const odd = dump.inputs.flatMap(input => CELLS.map(cell => ({ ...golden[0], [input.name]: cell })))
    for (const row of [...golden, ...odd]) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: `/models/${name}/predict`, payload: row })
      const answered = JSON.parse(body) as object
      for (const model of models) {
        try {
          const answer = model.predict(row)
          t.strictSame({ status: 'success', ...answer }, answered, JSON.stringify(row))
        } catch (error) {
          if (!(error instanceof InputError)) throw error
          t.equal(statusCode, 400, JSON.stringify(row))
          t.strictSame(error.problems, (answered as { errors: unknown }).errors, JSON.stringify(row))
        }
      }
    }
    t.throws(() => loaded.predictRows([golden[0], { [dump.inputs[0].name]: [] }]), { message: /^rows\[1\]\./ })
  }
})

t.test('what is not a dump is a DumpError with a place', t => {
  for (const document of [undefined, null, 1, 'x', [], {}, { format: 'recall-ml/forest', formatVersion: 3 }]) {
    for (const create of [createModel, createInCore]) t.throws(() => create(document), { name: 'DumpError' })
  }
  t.end()
})
