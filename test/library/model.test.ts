/** The library answers and refuses as `POST /models/NAME/predict` does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastify } from 'fastify'
import t from 'tap'
import { createModel as createInCore } from '../../library/core.js'
import recallMl from '../../library/fastify.js'
import { convert, createModel, InputError, loadModel, loadModels, type InputRow } from '../../library/index.js'
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
    const models = [loaded, createModel(dump), await createInCore(dump)]
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

t.test('what is not a dump is a DumpError with a place', async t => {
  for (const document of [undefined, null, 1, 'x', [], {}, { format: 'recall-ml/forest', formatVersion: 3 }]) {
    t.throws(() => createModel(document), { name: 'DumpError' })
    await t.rejects(createInCore(document), { name: 'DumpError' })
  }
})

t.test('what only a program can give is refused, or read as it is checked', async t => {
  const model = await loadModel(join(FOLDER, 'churn.json'))
  const problem = (row: object) => {
    try {
      return model.predict(row as InputRow)
    } catch (error) {
      return error instanceof InputError ? error.problems[0].received : error
    }
  }
  t.equal(problem({ complaint_count: 1n }), 'a value of type bigint')
  t.equal(problem({ complaint_count: new Date() }), 'a value of type Date')
  t.equal(problem({ complaint_count: () => 1 }), 'a value of type function')
  t.equal(problem({ complaint_count: Symbol('x') }), 'a value of type symbol')

  class Customer {
    constructor(private readonly complaints: unknown) {}
    get complaint_count() { return this.complaints }
  }
  t.strictSame(problem(new Customer(2)), model.predict({ complaint_count: 2 }), 'inherited fields count')
  t.equal(problem(new Customer(-1)), 'the number -1', 'and are checked')
  const lists: unknown[] = ['abc', new Set([{}]), undefined, { length: 1, 0: {} }]
  for (const rows of lists) {
    t.throws(() => model.predictRows(rows as InputRow[]), { name: 'InputError', message: /^rows: expected a list of rows/ })
  }
})

t.test('convert refuses what is not a list of files', async t => {
  const CASES: ReadonlyArray<readonly [files: unknown, message: RegExp]> = [
    [[], /^files: expected at least one/],
    ['model.pkl', /^files: expected a list of files, received the text "model.pkl"/],
    [undefined, /^files: expected a list of files, received nothing/],
    [[undefined], /^files\[0\]: expected a path, or a name with its bytes as a Uint8Array, received nothing/],
    [[1], /^files\[0\]: .* received the number 1/],
    [[{ bytes: new Uint8Array() }], /^files\[0\]\.name: expected a text, received nothing/],
    [[{ name: 'x.pkl', bytes: 'text' }], /^files\[0\]\.bytes: expected a Uint8Array, received the text/],
    [[{ name: 'x.pkl', bytes: new ArrayBuffer(1) }], /^files\[0\]\.bytes: .* a value of type ArrayBuffer/]
  ]
  for (const [files, message] of CASES) {
    await t.rejects(async () => convert(files as string[]), { name: 'ConvertError', message })
  }
})
