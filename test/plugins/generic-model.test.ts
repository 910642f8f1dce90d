import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { PACKAGE_ROOT, type Config } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { capitalize, nameAnswer, nameRow } from '../../src/http/openapi/operation-ids.js'
import { loadEntries } from '../../src/model/registry.js'
import { InputError } from '../../src/model/types.js'
import { type Answer, build, post } from '../helpers/app.js'
import { checkDocument, documentOf } from '../helpers/document.js'
import { makeDump, makeFolder, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../helpers/dumps.js'
import { type FakeOptions, fakeEntry, fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'

/** An app with one fake model beside the two that have their own routes. */
async function buildFake(t: Test, options: FakeOptions, config: Partial<Config> = {}): Promise<FastifyInstance> {
  return build(t, config, [...fakeEntries(), fakeEntry('fake', options)])
}

/** An app with the dumps of a folder. */
async function buildDumps(t: Test, dumps: Record<string, unknown>): Promise<FastifyInstance> {
  const files = Object.fromEntries(Object.entries(dumps).map(([name, dump]) => [`${name}.json`, dump]))
  return build(t, {}, await loadEntries(makeFolder(t, files), []))
}

t.test('the answer of each task, to the byte', async t => {
  const cases: Array<[string, FakeOptions, string]> = [
    [
      'text labels', { classes: ['a"b', '\u00e9'], probabilities: [0.30000000000000004, 0.7] },
      '"prediction":"\u00e9","classes":["a\\"b","\u00e9"],"probabilities":[0.30000000000000004,0.7]'
    ],
    [
      'whole numbers', { classes: [-3, 0, 1e21], probabilities: [1, 0, 5e-324] },
      '"prediction":-3,"classes":[-3,0,1e+21],"probabilities":[1,0,5e-324]'
    ],
    ['numbers', { classes: [1, 2.5] }, '"prediction":2.5,"classes":[1,2.5],"probabilities":[0.1,0.9]'],
    ['booleans', { classes: [false, true] }, '"prediction":true,"classes":[false,true],"probabilities":[0.1,0.9]'],
    ['text of digits', { classes: ['0', '1'] }, '"prediction":"1","classes":["0","1"],"probabilities":[0.1,0.9]'],
    [
      'a mixture', { classes: ['1', 1, true, 1.5], probabilities: [0, 0, 1, 0] },
      '"prediction":true,"classes":["1",1,true,1.5],"probabilities":[0,0,1,0]'
    ],
    ['one class', { classes: ['only'], probabilities: [1] }, '"prediction":"only","classes":["only"],"probabilities":[1]'],
    [
      'votes', { classes: ['a', 'b'], values: [2, 1], classNumbers: undefined },
      '"prediction":"a","classes":["a","b"]'
    ],
    [
      'decisions', { classes: ['a', 'b'], values: [-1.5, 1.5], classNumbers: 'decisions' },
      '"prediction":"b","classes":["a","b"],"decisions":[-1.5,1.5]'
    ],
    ['a value', { task: 'regressor', outputs: [{}], values: [-0.1] }, '"value":-0.1'],
    [
      'several values', { task: 'regressor', outputs: [{ name: 'x' }, {}, {}], values: [1e300, 0, -2.5] },
      '"outputs":[{"value":1e+300},{"value":0},{"value":-2.5}]'
    ],
    [
      'several classes', { outputs: [{ classes: ['a', 'b'] }, { classes: [true, false] }], values: [0.2, 0.8, 0.6, 0.4] },
      '"outputs":[{"prediction":"b","classes":["a","b"],"probabilities":[0.2,0.8]},' +
      '{"prediction":true,"classes":[true,false],"probabilities":[0.6,0.4]}]'
    ],
    [
      'an outlier', { task: 'outlier-detector', outputs: [{ classes: [-1, 1] }], values: [-0.3, -0.4] },
      '"prediction":-1,"score":-0.3,"decision":-0.4'
    ],
    [
      'an inlier', { task: 'outlier-detector', outputs: [{ classes: [-1, 1] }], values: [-0.4, 0.1] },
      '"prediction":1,"score":-0.4,"decision":0.1'
    ]
  ]
  const app = await build(t, {}, cases.map(([, options], i) => fakeEntry(`m${i}`, options)))
  const check = checkDocument(t, await documentOf(app))
  for (const [i, [what, , expected]] of cases.entries()) {
    const response = await post(app, `/models/m${i}/predict`, GOOD_BODY)
    t.equal(response.statusCode, 200, what)
    t.equal(response.body, `{"status":"success",${expected}}`, what)
    check(response.json(), `PredictM${i}Answer`)
    const gap = await post(app, `/models/m${i}/predict`, { ...GOOD_BODY, sms_freq: null })
    t.equal(gap.body, `{"status":"success",${expected},"defaulted":["sms_freq"]}`, what)
    check(gap.json(), `PredictM${i}Answer`)
  }
})

t.test('the predicted class is what the model says, not the first maximum', async t => {
  const predict = () => ({ values: Float64Array.of(0.5, 0.5), classIndexes: Int32Array.of(1), defaulted: undefined })
  const app = await buildFake(t, { predict, classes: ['a', 'b'] })
  t.equal((await post(app, '/models/fake/predict', GOOD_BODY)).json<Answer>().prediction, 'b')
})

t.test('the schema has the labels of each output', async t => {
  const app = await build(t, {}, [
    fakeEntry('mixed', { outputs: [{ name: 'level', classes: ['a', 'b'] }, { classes: [1, 2, 3] }], values: [1, 0, 0, 0, 1] }),
    fakeEntry('votes', { classNumbers: undefined }), fakeEntry('half', { classes: [0, 0.5] }), fakeEntry('truth', { classes: [false, true] })
  ])
  const { schemas } = (await documentOf(app)).components
  t.match(schemas.PredictMixedAnswer.properties.outputs, {
    minItems: 2,
    maxItems: 2,
    prefixItems: [
      {
        title: 'level',
        properties: {
          prediction: { type: 'string', enum: ['a', 'b'] },
          classes: { items: { type: 'string', enum: ['a', 'b'] }, minItems: 2, maxItems: 2 },
          probabilities: { items: { type: 'number' }, minItems: 2, maxItems: 2 }
        }
      },
      { properties: { prediction: { type: 'integer', enum: [1, 2, 3] }, probabilities: { minItems: 3 } } }
    ],
    items: { properties: { prediction: { anyOf: [{ type: 'string' }, { type: 'integer' }], enum: ['a', 'b', 1, 2, 3] } } }
  })
  t.strictSame(schemas.PredictVotesAnswer.required, ['status', 'prediction', 'classes'])
  t.match(schemas.PredictHalfAnswer.properties.prediction, { type: 'number', enum: [0, 0.5] })
  t.match(schemas.PredictTruthAnswer.properties.prediction, { type: 'boolean', enum: [false, true] })
})

t.test('numbers that are not finite are a 500', async t => {
  const shapes: Array<[FakeOptions, number]> = [
    [{ classes: ['a', 'b'] }, 2], [{ task: 'regressor', outputs: [{}] }, 1], [{ task: 'regressor', outputs: [{}, {}] }, 2],
    [{ task: 'outlier-detector', outputs: [{ classes: [-1, 1] }] }, 2],
    [{ outputs: [{ classes: ['a'] }, { classes: ['b'] }] }, 2]
  ]
  const values = Float64Array.of(0.5, 0.5)
  const predict = () => ({ values, classIndexes: Int32Array.of(0, 0), defaulted: undefined })
  const app = await build(t, {}, shapes.map(([shape], i) => fakeEntry(`m${i}`, { ...shape, predict })))
  for (const [i, [shape, width]] of shapes.entries()) {
    t.equal((await post(app, `/models/m${i}/predict`, GOOD_BODY)).statusCode, 200)
    for (let place = 0; place < width; place++) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        values.fill(0.5)[place] = bad
        const response = await post(app, `/models/m${i}/predict`, GOOD_BODY)
        t.equal(response.statusCode, 500)
        t.equal(response.body, '{"status":"error","message":"Internal server error","code":"internal_error"}', `${JSON.stringify(shape)} ${bad}`)
      }
    }
    values.fill(0.5)
  }
})

const number = 'a number from 0 to 1'

/** To a model with one input of each kind. */
const BAD_INPUT: Array<[string, unknown, string, string?]> = [
  ['text', { share: '0.5' }, `share: expected ${number}, received the text "0.5"`],
  ['true', { share: true }, `share: expected ${number}, received true`],
  ['list of one', { share: [0.5] }, `share: expected ${number}, received a list of 1 value`],
  ['object', { share: {} }, `share: expected ${number}, received an object with 0 keys`],
  ['below', { share: -5e-324 }, `share: expected ${number}, received the number -5e-324`],
  ['above', { share: 1.0000000000000002 }, `share: expected ${number}, received the number 1.0000000000000002`],
  ['null where none is taken', { share: null }, `share: expected ${number}, received null`],
  ['missing where none is taken', { share: undefined }, `share: expected ${number}, received nothing`],
  ['text for a number that may be missing', { gap: 'NaN' }, 'gap: expected a number, or null, received the text "NaN"'],
  ['empty text for it', { gap: '' }, 'gap: expected a number, or null, received the text ""'],
  ['infinite', '{"share":1,"gap":1e999,"colour":"red"}', 'gap: expected a number, or null, received a number too large for 64 bits'],
  ['unknown category', { colour: 'mauve' }, 'colour: expected one of "red", "green", received the text "mauve"'],
  ['category in capitals', { colour: 'RED' }, 'colour: expected one of "red", "green", received the text "RED"'],
  ['category as its code', { colour: 0 }, 'colour: expected one of "red", "green", received the number 0'],
  ['null category', { colour: null }, 'colour: expected one of "red", "green", received null'],
  ['missing category', { colour: undefined }, 'colour: expected one of "red", "green", received nothing'],
  ['list of categories', { colour: ['red'] }, 'colour: expected one of "red", "green", received a list of 1 value'],
  ['open category as a number', { brand: 1 }, 'brand: expected text, or null, received the number 1'],
  ['a column with a slash', { 'petal/~length (cm)': false }, 'petal/~length (cm): expected a number, or null, received false'],
  ['two at once', { share: 2, colour: 5 }, `share: expected ${number}, received the number 2; ` +
    'colour: expected one of "red", "green", received the number 5'],
  ['a list of rows', [{ share: 0.5, colour: 'red' }], 'body: expected a JSON object, received a list of 1 value'],
  ['null', 'null', 'body: expected a JSON object, received null, or no body at all'],
  ['no JSON', '{"share":', 'body: expected a JSON object, received text that is not JSON: it ends too early, at line 1, column 10'],
  ['nothing', '', 'body: expected a JSON object, received an empty body'],
  ['__proto__', '{"__proto__":{"share":1}}', `share: expected ${number}, received nothing; ` +
    'colour: expected one of "red", "green", received nothing']
]

const EVERY_KIND: FakeOptions = {
  inputs: [
    { name: 'share', type: 'number', minimum: 0, maximum: 1 },
    { name: 'gap', type: 'number', fallback: { missing: 'NaN' } },
    { name: 'colour', type: 'category', categories: ['red', 'green'] },
    { name: 'brand', type: 'category', categories: ['x', 'y'], fallback: { missing: null, unknown: 'x' } },
    { name: 'petal/~length (cm)', type: 'number', fallback: { missing: 3 } }
  ]
}

const GOOD_ROW = { share: 0.5, gap: 1, colour: 'red', brand: 'y', 'petal/~length (cm)': 2 }

t.test('bad input', async t => {
  const app = await buildFake(t, EVERY_KIND)
  for (const [what, change, message] of BAD_INPUT) {
    const body = typeof change === 'string' || Array.isArray(change) ? change : { ...GOOD_ROW, ...change as object }
    const response = await post(app, '/models/fake/predict', body)
    t.equal(response.statusCode, 400, what)
    const answer = response.json<Answer>()
    t.equal(answer.message, message, what)
    t.strictSame(Object.keys(answer), ['status', 'message', 'code', 'errors'])
  }
  const large = await post(app, '/models/fake/predict', { ...GOOD_ROW, x: 'x'.repeat(1_048_576) })
  t.equal(large.statusCode, 413)
  t.equal((await post(app, '/models/fake/predict', 'a=1', { 'content-type': 'text/plain' })).statusCode, 415)
})

t.test('good input', async t => {
  const app = await buildFake(t, EVERY_KIND)
  const cases: Array<[object, string[]?]> = [
    [{}], [{ share: 0 }], [{ share: 1 }], [{ unknown: { a: [1] }, _id: null, toString: 1 }], [{ colour: 'green' }],
    [{ gap: null }, ['gap']], [{ gap: undefined }, ['gap']], [{ brand: 'z' }, ['brand']], [{ brand: null, gap: null }, ['gap', 'brand']],
    [{ 'petal/~length (cm)': null }, ['petal/~length (cm)']]
  ]
  for (const [change, defaulted] of cases) {
    const response = await post(app, '/models/fake/predict', { ...GOOD_ROW, ...change })
    t.equal(response.statusCode, 200, response.body)
    t.strictSame(response.json<Answer>().defaulted, defaulted, JSON.stringify(change))
  }
})

t.test('strict input, and what is counted', async t => {
  const strict = await buildFake(t, EVERY_KIND, { strictInput: true })
  t.equal((await post(strict, '/models/fake/predict', GOOD_ROW)).statusCode, 200)
  t.equal((await post(strict, '/models/fake/predict', { ...GOOD_ROW, gap: null })).statusCode, 200, 'the model takes it')
  t.equal((await post(strict, '/models/fake/predict', { ...GOOD_ROW, gap: undefined })).statusCode, 400)
  const app = await buildFake(t, EVERY_KIND)
  await post(app, '/models/fake/predict', { ...GOOD_ROW, gap: null })
  const metrics = (await app.inject('/metrics')).body
  t.match(metrics, 'recall_ml_defaulted_fields_total{model="fake",field="gap"} 1\n')
  t.match(metrics, 'recall_ml_model_loaded{model="fake"} 1\n')
  t.match(metrics, 'method="POST",route="/models/fake/predict",status="200"} 1\n')
})

t.test('the schema of the request', async t => {
  const app = await buildFake(t, { ...EVERY_KIND, example: { share: 0.25, colour: 'green', gap: 7 } })
  const { PredictFakeRow: schema } = (await documentOf(app)).components.schemas
  t.strictSame(schema.required, ['share', 'colour'])
  t.strictSame(schema.properties, {
    share: { type: 'number', minimum: 0, maximum: 1, description: '', examples: [0.25], format: 'double' },
    gap: {
      type: ['number', 'null'], format: 'double', examples: [7],
      description: 'Missing or null is a missing value, which the model takes.'
    },
    colour: { type: 'string', description: '', enum: ['red', 'green'], examples: ['green'] },
    brand: {
      anyOf: [{ type: 'string', enum: ['x', 'y'] }, { type: 'string' }, { type: 'null' }], 'x-extensible-enum': ['x', 'y'],
      examples: ['x'],
      description: 'The model knows x, y. Missing or null counts as no category, other text counts as x.'
    },
    'petal/~length (cm)': { type: ['number', 'null'], description: 'Missing or null counts as 3.', examples: [0], format: 'double' }
  })
  t.strictSame(schema.examples, [{ share: 0.25, gap: 7, colour: 'green', brand: 'x', 'petal/~length (cm)': 0 }])
})

t.test('the example of the answer is what the model answers', async t => {
  const app = await buildFake(t, { classes: ['a', 'b'] })
  const { schemas } = (await documentOf(app)).components
  const [example] = schemas.PredictFakeRow.examples ?? []
  t.strictSame(schemas.PredictFakeAnswer.examples, [(await post(app, '/models/fake/predict', example)).json()])
  for (const error of [new InputError([]), new TypeError('x')]) {
    const refusing = await buildFake(t, { predict: () => { throw error } })
    t.strictSame((await documentOf(refusing)).components.schemas.PredictFakeAnswer.examples, [])
  }
})

t.test('dumps from a folder', async t => {
  const app = await buildDumps(t, {
    levels: makeDump(), prices: makeRegressorDump(), odd: makeOutlierDump(), two: makeTwoOutputDump(),
    damaged: '{"format":"recall-ml/forest"', notes: { some: 'notes' }
  })
  const answers: Array<[string, object, object]> = [
    ['levels', { f0: 0.5, f1: 0 }, { prediction: 'low', classes: ['low', 'high'], probabilities: [1, 0] }],
    ['levels', { f0: 0.500001, f1: null }, { prediction: 'high', classes: ['low', 'high'], probabilities: [0, 1], defaulted: ['f1'] }],
    ['prices', { f0: 0, f1: 0 }, { value: 1.5 }],
    ['prices', { f0: 1, f1: 0 }, { value: 0.1 }],
    ['odd', { f0: 1, f1: 0 }, { prediction: 1, score: -0.0625, decision: 0.4375 }],
    ['odd', { f0: 0, f1: 0 }, { prediction: -1, score: -Math.SQRT1_2, decision: 0.5 - Math.SQRT1_2 }],
    ['two', { f0: 1, f1: 0 }, {
      outputs: [
        { prediction: 'high', classes: ['low', 'high'], probabilities: [0.25, 0.75] },
        { prediction: 2, classes: [1, 2, 3], probabilities: [0, 0.5, 0.5] }
      ]
    }]
  ]
  for (const [name, row, answer] of answers) {
    const response = await post(app, `/models/${name}/predict`, row)
    t.strictSame(response.json(), { status: 'success', ...answer }, `${name} ${JSON.stringify(row)}`)
  }
  for (const name of ['damaged', 'notes']) {
    for (const body of [{ f0: 1 }, '{', '']) {
      const response = await post(app, `/models/${name}/predict`, body)
      t.equal(response.statusCode, 500, name)
      t.equal(response.body, '{"status":"error","message":"Model not loaded","code":"model_not_loaded"}')
    }
  }
  const refused = await post(app, '/models/levels/predict', { f0: 1e308, f1: 0 })
  t.equal(refused.statusCode, 400, 'what the model itself refuses')
  t.match(refused.json<Answer>().errors, [{ field: 'f0', expected: /small enough/ }])

  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 503)
  t.equal(ready.json<Answer>().message, 'Not loaded: damaged, notes')
  checkDocument(t, await documentOf(app))
})

t.test('a service with all its models and others is ready', async t => {
  const app = await buildFake(t, {})
  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 200)
  t.strictSame(ready.json<Answer>().models.map(({ name }) => name), ['recommend', 'churn', 'fake'])
})

t.test('two models answer each for itself, however the requests interleave', async t => {
  const other: Dump = makeDump({ outputs: [{ classes: ['cold', 'hot'] }] })
  const app = await buildDumps(t, { one: makeDump(), other })
  const rows = Array.from({ length: 40 }, (_, i) => ({ f0: i % 3 === 0 ? 1 : 0, f1: 0 }))
  const answers = await Promise.all(rows.map((row, i) => post(app, `/models/${i % 2 === 0 ? 'one' : 'other'}/predict`, row)))
  const labels = [['low', 'high'], ['cold', 'hot']]
  t.strictSame(answers.map(answer => answer.json<Answer>().prediction), rows.map(({ f0 }, i) => labels[i % 2][f0]))
})

t.test('models that do not suit the routes of recommend and churn', async t => {
  const cases: Array<[FakeOptions, RegExp]> = [
    [{ task: 'regressor', outputs: [{}], values: [1] }, /^it is a model of the kind regressor: \/(recommend|predict) answers with/],
    [{ task: 'outlier-detector', outputs: [{ classes: [-1, 1] }] }, /^it is a model of the kind outlier-detector: /],
    [{ outputs: [{ classes: [0, 1] }, { classes: [0, 1] }], values: [0, 1, 1, 0] }, /^it predicts 2 things at once: /],
    [{ classes: [0, 1], classNumbers: undefined }, /^it has votes or distances, which are not probabilities: /],
    [{ classes: [0, 1], classNumbers: 'decisions' }, /^it has a decision function, and no probabilities: /]
  ]
  for (const [options, reason] of cases) {
    const app = await build(t, {}, fakeEntries(options, options))
    t.equal((await post(app, '/recommend', GOOD_BODY)).body, '{"status":"error","message":"Model not loaded","code":"model_not_loaded"}')
    t.equal((await post(app, '/predict', GOOD_BODY)).body, '{"status":"error","message":"Model not loaded","code":"model_not_loaded"}')
    const { models } = (await app.inject('/health/ready')).json<Answer>()
    for (const model of models) t.match(model.reason, reason)
  }
})

t.test('the models that come with the package', async t => {
  const app = await build(t, {}, await loadEntries(`${PACKAGE_ROOT}/model-json`, ['recommend', 'churn']))
  t.equal((await app.inject('/health/ready')).statusCode, 200, (await app.inject('/health/ready')).body)
  const document = await documentOf(app)
  const check = checkDocument(t, document)
  for (const [name, route] of [['recommend', '/recommend'], ['churn', '/predict']]) {
    const [example] = document.components.schemas[nameRow(`predict${capitalize(name)}`)].examples ?? []
    const generic = await post(app, `/models/${name}/predict`, example)
    t.equal(generic.statusCode, 200)
    check(generic.json(), nameAnswer(`predict${capitalize(name)}`))
    t.strictSame(document.components.schemas[nameAnswer(`predict${capitalize(name)}`)].examples, [generic.json()])
    const own = (await post(app, route, example)).json<Answer>()
    const answer = generic.json<{ prediction: unknown, classes: unknown[], probabilities: number[] }>()
    const chosen = answer.probabilities[answer.classes.indexOf(name === 'churn' ? 1 : answer.prediction)]
    t.ok(Object.is(chosen, own.confidence ?? own.risk_score), 'the same bits as on its own route')
    const info = (await app.inject(`/models/${name}`)).json<{ inputs: object[], nTrees: number }>()
    t.ok(info.inputs.length === 10 && info.nTrees > 10)
  }
})
