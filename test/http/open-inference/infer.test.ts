/** Inference: how rows come in, and what comes out. */
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../../src/config.js'
import { loadEntries } from '../../../src/model/registry.js'
import type { Row } from '../../../src/model/types.js'
import { build, post, type Answer } from '../../helpers/app.js'
import { makeDump, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../../helpers/dumps.js'
import { fakeEntry, fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'
import { column, infer, outputsOf, entryOf, type InferAnswer } from '../../helpers/open-inference.js'

t.test('columns', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const f1 = column('f1', 'FP64', [1, 1, 1])
  const f0 = { name: 'f0', shape: [3], datatype: 'FP64', data: [0, 1, 0.5] }
  const expected = { predict: ['low', 'high', 'low'], predict_proba: [1, 0, 0, 1, 1, 0] }
  for (const inputs of [
    [f0, f1], [f1, f0], [{ ...f0, shape: [3, 1] }, f1], [{ ...f0, shape: [3, 1], data: [[0], [1], [0.5]] }, f1]
  ]) {
    const response = await infer(app, 'made', { inputs, parameters: { content_type: 'pd' } })
    t.strictSame(outputsOf(response), expected)
    t.strictSame(response.json<InferAnswer>().outputs.map(({ name, shape, datatype }) => [name, shape, datatype]), [
      ['predict', [3], 'BYTES'], ['predict_proba', [3, 2], 'FP64']
    ])
    t.notOk('parameters' in response.json<object>())
  }
})

t.test('one matrix of all columns', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump()), fakeEntry('text', {
    inputs: [{ name: 'a', type: 'category', categories: ['x'] }, { name: 'b', type: 'category', categories: ['y'] }]
  }), fakeEntry('single', { inputs: [{ name: 'a', type: 'number' }] })])
  const expected = { predict: ['low', 'high'], predict_proba: [1, 0, 0, 1] }
  for (const data of [[0, 9, 1, 9], [[0, 9], [1, 9]]]) {
    for (const name of ['anything', 'f0']) {
      const response = await infer(app, 'made', { inputs: [{ name, shape: [2, 2], datatype: 'FP64', data }] })
      t.strictSame(outputsOf(response), expected)
    }
  }
  const texts = { name: 'x', shape: [1, 2], datatype: 'BYTES', data: ['x', 'y'] }
  t.equal((await infer(app, 'text', { inputs: [texts] })).statusCode, 200)
  const single = { name: 'x', shape: [2, 1], datatype: 'FP64', data: [1, 2] }
  t.equal((await infer(app, 'single', { inputs: [single] })).statusCode, 200)
  t.match((await infer(app, 'made', { inputs: [{ name: 'X', shape: [1, 2], datatype: 'FP64', data: [0, 'a'] }] })).json(), {
    error: 'input "X", row 0, column "f1": expected a finite number of 64 bits (FP64), received the text "a"'
  })
})

t.test('no matrix where columns are numbers and text', async t => {
  const app = await build(t, {}, fakeEntries())
  for (const [datatype, value] of [['FP64', 1], ['BYTES', 'x'], ['FP64', null]] as const) {
    const data = Array.from({ length: 20 }, () => value)
    const response = await infer(app, 'recommend', { inputs: [{ name: 'x', shape: [2, 10], datatype, data }] })
    t.equal(response.statusCode, 400)
    t.strictSame(response.json(), {
      error: 'inputs[0].shape: expected [2] or [2, 1], a tensor for each column by its name, since a matrix has one datatype, ' +
        'and the columns of this model are numbers and text, received [2, 10]'
    })
  }
})

t.test('text: null and no tensor are missing, an empty text is another text', async t => {
  const fallback = { missing: 'x', unknown: null }
  let seen: unknown
  const app = await build(t, {}, [fakeEntry('text', {
    inputs: [{ name: 'a', type: 'category', categories: ['x'], fallback }, { name: 'b', type: 'number' }],
    predict: row => {
      seen = row
      return { values: Float64Array.of(0.1, 0.9), classIndexes: Int32Array.of(1), defaulted: undefined }
    }
  })])
  const b = column('b', 'FP64', [1])
  for (const [inputs, row] of [
    [[b], { b: 1 }], [[b, column('a', 'BYTES', [null])], { a: null, b: 1 }], [[b, column('a', 'BYTES', [''])], { a: '', b: 1 }]
  ] as const) {
    t.equal((await infer(app, 'text', { inputs })).statusCode, 200)
    t.strictSame(seen, row)
  }
})

t.test('what the model answers, by its kind', async t => {
  const app = await build(t, {}, [
    entryOf('regressor', makeRegressorDump()), entryOf('outliers', makeOutlierDump()), entryOf('two', makeTwoOutputDump()),
    fakeEntry('votes', { classNumbers: undefined, classes: [true, false], values: [0, 1] }),
    fakeEntry('halves', { classes: [0.5, 1.5] }),
    fakeEntry('numbers', { task: 'regressor', outputs: [{}, {}], values: [1.5, -2] }),
    fakeEntry('whole', { outputs: [{ classes: [1, 2] }, { classes: [3, 4] }], values: [0, 1, 1, 0] })
  ])
  const answers: Array<[string, string, Array<[string, string, number[], unknown]>]> = [
    ['regressor', 'f0', [['predict', 'FP64', [1], [0.1]]]],
    ['outliers', 'f0', [
      ['predict', 'INT64', [1], [1]], ['score_samples', 'FP64', [1], [-0.0625]], ['decision_function', 'FP64', [1], [0.4375]]
    ]],
    ['two', 'f0', [
      ['predict', 'BYTES', [1, 2], ['high', '2']], ['predict_proba_0', 'FP64', [1, 2], [0.25, 0.75]],
      ['predict_proba_1', 'FP64', [1, 3], [0, 0.5, 0.5]]
    ]],
    ['votes', 'sms_freq', [['predict', 'BOOL', [1], [false]]]],
    ['halves', 'sms_freq', [['predict', 'FP64', [1], [1.5]], ['predict_proba', 'FP64', [1, 2], [0.1, 0.9]]]],
    ['numbers', 'sms_freq', [['predict', 'FP64', [1, 2], [1.5, -2]]]],
    ['whole', 'sms_freq', [
      ['predict', 'INT64', [1, 2], [2, 3]], ['predict_proba_0', 'FP64', [1, 2], [0, 1]],
      ['predict_proba_1', 'FP64', [1, 2], [1, 0]]
    ]]
  ]
  for (const [model, name, expected] of answers) {
    const { outputs } = (await infer(app, model, { inputs: [column(name, 'FP64', [0.75])] })).json<InferAnswer>()
    t.strictSame(outputs.map(({ name, datatype, shape, data }) => [name, datatype, shape, data]), expected, model)
    const metadata = (await app.inject(`/v2/models/${model}`)).json<InferAnswer>().outputs
    t.strictSame(metadata, expected.map(([name, datatype, [, ...columns]]) =>
      ({ name, datatype, shape: [-1, ...columns] })))
  }
})

t.test('only the outputs that are asked for, in their order', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const names = async (outputs: unknown) => {
    const response = await infer(app, 'made', { inputs: [column('f0', 'FP64', [0])], outputs })
    return response.json<InferAnswer>().outputs.map(({ name }) => name)
  }
  t.strictSame(await names([{ name: 'predict_proba' }]), ['predict_proba'])
  const both = [{ name: 'predict_proba', parameters: { a: 1 } }, { name: 'predict' }]
  t.strictSame(await names(both), ['predict_proba', 'predict'])
  for (const none of [undefined, null, []]) t.strictSame(await names(none), ['predict', 'predict_proba'])
})

t.test('the datatype of a number column is up to the caller, and rounds', async t => {
  let seen: unknown
  const app = await build(t, {}, [fakeEntry('seen', {
    inputs: [{ name: 'a', type: 'number', boolean: true }, { name: 'b', type: 'number' }],
    predict: row => {
      seen = row
      return { values: Float64Array.of(0.1, 0.9), classIndexes: Int32Array.of(1), defaulted: undefined }
    }
  })])
  const send = async (a: [string, unknown], b: [string, unknown]) => {
    seen = undefined
    const inputs = [column('a', a[0], [a[1]]), column('b', b[0], [b[1]])]
    return (await infer(app, 'seen', { inputs })).json<InferAnswer>().error
  }
  t.equal(await send(['BOOL', true], ['FP32', 0.1]), undefined)
  t.strictSame(seen, { a: true, b: Math.fround(0.1) })
  t.equal(await send(['UINT8', 1], ['FP16', 0.1]), undefined)
  t.strictSame(seen, { a: 1, b: 0.0999755859375 })
  t.equal(await send(['FP64', 0], ['INT64', 5]), undefined)
  t.strictSame(seen, { a: 0, b: 5 })
  t.match(await send(['UINT8', 2], ['FP64', 1]), /input "a", row 0: expected true or false, received the number 2/)
  t.match(await send(['BOOL', true], ['BOOL', true]), /input "b", row 0: expected a number, received true/)
  t.match(await send(['BOOL', true], ['BYTES', '1']), /input "b", row 0: expected a number, received the text "1"/)
  t.match(await send(['BOOL', 1], ['FP64', 1]), /input "a", row 0: expected true or false \(BOOL\), received the number 1/)
  t.match(await send(['BOOL', true], ['INT64', 2 ** 53]), /input "b", row 0: expected a whole number .* \(INT64\)/)
  t.equal(seen, undefined)
})

t.test('gaps count as they do elsewhere, and are told', async t => {
  const app = await build(t, {}, fakeEntries())
  const inputs = [
    column('monthly_spend', 'FP64', [1, null]), column('plan_type', 'BYTES', ['Prepaid', 'other']),
    ...['avg_data_usage_gb', 'pct_video_usage', 'avg_call_duration', 'sms_freq', 'topup_freq', 'travel_score',
      'complaint_count'].map(name => column(name, 'FP64', [1, 1]))
  ]
  const response = await infer(app, 'recommend', { inputs })
  t.strictSame(JSON.parse(response.json<InferAnswer>().parameters?.defaulted ?? ''), {
    device_brand: 2, monthly_spend: 1, plan_type: 1
  })
  const metrics = (await app.inject('/metrics')).body
  t.match(metrics, 'recall_ml_defaulted_fields_total{model="recommend",field="device_brand"} 2')
  t.match(metrics, 'recall_ml_defaulted_fields_total{model="recommend",field="plan_type"} 1')
  t.match(metrics, 'http_request_duration_seconds_count{method="POST",route="/v2/models/:name/infer",status="200"} 1')

  const strict = await build(t, { strictInput: true }, fakeEntries())
  t.match((await infer(strict, 'recommend', { inputs })).json(), {
    error: /input "device_brand", row 0: expected one of .*, received nothing/
  })
})

t.test('a row that cannot be used: its input, its number, what was expected and what came', async t => {
  const app = await build(t, {}, [...fakeEntries(), entryOf('made', makeDump())])
  const error = async (model: string, inputs: unknown[]) => {
    const response = await infer(app, model, { inputs })
    t.equal(response.statusCode, 400)
    return response.json<InferAnswer>().error
  }
  t.equal(
    await error('recommend', [column('pct_video_usage', 'FP64', [0, 1, 75, 76])]),
    'input "pct_video_usage", row 2: expected a number from 0 to 1, or null, received the number 75'
  )
  t.equal(await error('made', [column('f0', 'FP64', [1, null])]), 'input "f0", row 1: expected a number, received null')
  t.equal(await error('made', [column('f1', 'FP64', [1])]), 'input "f0", row 0: expected a number, received nothing')
  t.match(await error('made', [column('f0', 'FP64', [1, 1e39])]), /input "f0", row 1: expected a number small enough/)
})

t.test('a batch of random rows has the bits of single requests', async t => {
  const entries = await loadEntries(join(PACKAGE_ROOT, 'model-json'), ['recommend', 'churn'])
  const app = await build(t, {}, entries)
  const seed = Date.now() % 2 ** 31
  t.comment(`seed ${seed}`)
  let state = seed
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const names = Object.keys(GOOD_BODY) as Array<keyof typeof GOOD_BODY>
  const rows = Array.from({ length: 300 }, (): Row => Object.fromEntries(names.map((name): [string, unknown] => {
    if (random() < 0.05) return [name, null]
    const good = GOOD_BODY[name]
    if (typeof good === 'string') return [name, ['Postpaid', 'Prepaid', 'Samsung', 'Vivo', 'Other'][Math.floor(random() * 5)]]
    return [name, ['pct_video_usage', 'travel_score'].includes(name) ? random() : random() * 4 * good]
  })))
  for (const model of ['recommend', 'churn']) {
    const inputs = names.map(name =>
      column(name, typeof GOOD_BODY[name] === 'string' ? 'BYTES' : 'FP64', rows.map(row => row[name])))
    const batch = outputsOf(await infer(app, model, { inputs })) as { predict: unknown[], predict_proba: number[] }
    let wrong = 0
    for (const [i, row] of rows.entries()) {
      const answer = (await post(app, `/models/${model}/predict`, row)).json<Answer & { probabilities: number[] }>()
      if (answer.prediction !== batch.predict[i]) wrong++
      const { length } = answer.probabilities
      const own = batch.predict_proba.slice(i * length, (i + 1) * length)
      if (!answer.probabilities.every((value, c) => Object.is(value, own[c]))) wrong++
    }
    t.equal(batch.predict.length, rows.length)
    t.equal(wrong, 0, model)
  }
})

t.test('no rows', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const { outputs } = (await infer(app, 'made', { inputs: [column('f0', 'FP64', [])] })).json<InferAnswer>()
  t.strictSame(outputs.map(({ shape, data }) => [shape, data]), [[[0], []], [[0, 2], []]])
})

t.test('others are answered while a long batch runs, and its answer has its bounds', async t => {
  const app = await build(t, { bodyLimitBytes: 2 ** 24 }, [entryOf('made', makeDump())])
  const data = Array.from({ length: 300_000 }, (_, i) => i % 2)
  const order: string[] = []
  const long = infer(app, 'made', { inputs: [column('f0', 'FP64', data)] }).then(response => {
    order.push('long')
    return response
  })
  // Its body is read in the meantime.
  await new Promise(resolve => setTimeout(resolve, 1))
  for (let i = 0; i < 5; i++) order.push(String((await app.inject('/v2/health/live')).statusCode))
  const { outputs } = (await long).json<InferAnswer>()
  t.strictSame(order, [...Array.from({ length: 5 }, () => '200'), 'long'])
  t.strictSame(outputs[0].data, data.map(value => value === 1 ? 'high' : 'low'))

  const many = { name: 'f0', shape: [2_000_000], datatype: 'FP64', data: Array.from({ length: 2_000_000 }, () => 1) }
  const refused = await infer(app, 'made', { inputs: [many] })
  t.equal(refused.statusCode, 400)
  t.match(refused.json(), { error: /inputs\[0\].shape\[0\]: expected at most \d+ rows/ })
})
