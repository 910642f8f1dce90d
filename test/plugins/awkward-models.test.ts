import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { type Answer, build, post } from '../helpers/app.js'
import { checkDocument, documentOf } from '../helpers/document.js'
import { type FakeOptions, fakeEntry, fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'

async function buildWith(t: Test, options: FakeOptions): Promise<FastifyInstance> {
  return build(t, {}, [...fakeEntries(), fakeEntry('fake', options)])
}

t.test('column names that mean something in schemas or in objects', async t => {
  const names = [
    '$schema', '$anchor', 'id', 'ref', 'const', 'definitions', 'nullable', 'patternProperties', 'contentEncoding', 'type', 'enum', 'default', 'properties', 'items', 'required', 'examples',
    'example', '$defs', 'allOf', 'anyOf', 'not', 'if', 'format', 'toString', 'constructor',
    'hasOwnProperty', 'prototype', 'length', 'status', 'defaulted', 'body', '', ' ', '0', 'a b', 'a/b', 'a~b', 'a.b', 'a"b', "a'b",
    'a\\b', 'a\nb', '\u2028', '%', '#', '?', '{x}', '${x}', '*/', '\u00e9', '\ud83d\udcf1', 'x'.repeat(200)
  ]
  const app = await buildWith(t, { inputs: names.map(name => ({ name, type: 'number' })) })
  const row = Object.fromEntries(names.map(name => [name, 1]))
  t.equal((await post(app, '/models/fake/predict', row)).statusCode, 200)
  for (const name of names) {
    for (const [bad, received] of [['x', 'the text "x"'], [undefined, 'nothing']]) {
      const response = await post(app, '/models/fake/predict', { ...row, [name]: bad })
      t.strictSame(response.json<Answer>().errors, [{ field: name, expected: 'a number', received }], name)
    }
  }
  const document = await documentOf(app)
  t.strictSame(new Set(Object.keys(document.components.schemas.PredictFakeRow.properties)), new Set(names))
  checkDocument(t, document)
})

t.test('a column name that cannot be served does not hold up the others', async t => {
  for (const name of ['__proto__', '$ref', '$id']) {
    const app = await buildWith(t, { inputs: [{ name: 'x', type: 'number' }, { name, type: 'number' }] })
    t.equal((await post(app, '/models/fake/predict', { x: 1 })).statusCode, 500)
    t.equal(
      (await app.inject('/health/ready')).json<Answer>().models[2].reason,
      `its column "${name}" cannot be a key of a request: rename it and train the model again`
    )
    t.equal((await post(app, '/models/churn/predict', GOOD_BODY)).statusCode, 200)
    checkDocument(t, await documentOf(app))
  }
})

t.test('awkward texts in a dump', async t => {
  const texts = ['', '"', '\n', '*/', '${x}', '\u2028', '\ud800', '__proto__', 'constructor', 'x'.repeat(5000)]
  const app = await build(t, {}, texts.map((text, i) => fakeEntry(`m${i}`, {
    inputs: [
      { name: 'n', type: 'number', description: text, unit: text, minimum: 1, maximum: 0, example: 7 },
      { name: 'c', type: 'category', description: text, categories: [text], fallback: { missing: text } },
      { name: 'd', type: 'category', categories: [text, 'y'], example: text, fallback: { unknown: text } }
    ],
    used: ['c', 'd'],
    outputs: [{ name: text, classes: [text] }, { name: text, classes: [text, text] }],
    values: [1, 0.5, 0.5]
  })))
  for (const [i, text] of texts.entries()) {
    const response = await post(app, `/models/m${i}/predict`, { c: text, d: 'z' })
    t.equal(response.statusCode, 200, `text ${i}`)
    t.match(response.json(), { outputs: [{ prediction: text }, { classes: [text, text] }], defaulted: ['d'] })
  }
  t.equal((await app.inject('/openapi.json')).statusCode, 200)
  t.equal((await app.inject('/models')).statusCode, 200)
})

t.test('awkward names of models', async t => {
  const names = [
    'a', 'A', 'a-b', 'a.b', 'a_b', 'A_B', 'a..b', '0', '1.0', 'constructor', 'toString', 'predict', 'models', 'x.json', 'v1.2-rc_3',
    'Error', 'BadRequest', 'ModelInfo', 'recommendation', 'z'.repeat(100)
  ]
  const app = await build(t, {}, [...fakeEntries(), ...names.map((name, i) => fakeEntry(name, { classes: [`label ${i}`, `${i}`] }))])
  for (const [i, name] of names.entries()) {
    const response = await post(app, `/models/${name}/predict`, GOOD_BODY)
    t.equal(response.statusCode, 200, name)
    t.equal(response.json<Answer>().prediction, String(i), name)
    t.equal((await app.inject(`/models/${name}`)).json<{ name: string }>().name, name)
  }
  const document = await documentOf(app)
  checkDocument(t, document)
  t.equal(Object.keys(document.paths).filter(path => path.endsWith('/predict')).length, names.length + 3)
})
