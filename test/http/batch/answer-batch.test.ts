/** What a small batch may ask for. */
import t from 'tap'
import { answerBatch, type AnswerRows } from '../../../src/http/batch/answer-batch.js'
import type { ErrorBody } from '../../../src/http/shared/error-body.js'
import { MAX_ANSWER_BYTES } from '../../../src/http/bodies/in-flight.js'
import { loadEntries } from '../../../src/model/registry.js'
import { type Answer, build, post } from '../../helpers/app.js'
import { makeDump, makeFolder } from '../../helpers/dumps.js'
import { makeForest, makeStump } from '../../helpers/forests.js'

const options = { limit: 1000, failOnError: false, hold: () => undefined, isGone: () => false }

/** @param answer to a row */
function each(answer: (read: () => unknown) => string | ErrorBody): AnswerRows {
  return function* (rows, read) {
    for (const item of rows) yield { item, answered: answer(read) }
  }
}

/** Endless rows, and how many of them have been read. */
function countRows(): { rows: Iterable<() => unknown>, read: () => number } {
  let count = 0
  function* rows(): Generator<() => unknown> {
    for (;;) yield () => count++
  }
  return { rows: rows(), read: () => count }
}

t.test('work ends where an answer gets too large', async t => {
  const answered = 'é'.repeat(2 ** 19)
  for (const failed of [false, true]) {
    const { rows, read } = countRows()
    const answer = (row: () => unknown) => {
      row()
      return failed ? { status: 'error' as const, code: 'internal_error' as const, message: answered } : `"${answered}"`
    }
    await t.rejects(answerBatch(rows, each(answer), options), {
      statusCode: 413, message: /^The answer is larger than 67108864 bytes, .*: send several batches, or one row per line/
    })
    t.equal(read(), MAX_ANSWER_BYTES / 2 ** 20)
  }
})

t.test('an answer of many parts is whole, and as long as it may be', async t => {
  const text = 'ä€😀'.repeat(20_000)
  let left = 200
  function* rows(): Generator<() => unknown> {
    while (left-- > 0) yield () => left
  }
  const answer = await answerBatch(rows(), each(read => JSON.stringify({ text, row: read() })), options)
  const { predictions, failed } = JSON.parse(String(answer)) as { predictions: object[], failed: number[] }
  t.same(predictions, Array.from({ length: 200 }, (_, i) => ({ text, row: 199 - i })))
  t.same(failed, [])
})

t.test('a few bytes per row, whose errors are long', async t => {
  const inputs = Array.from({ length: 300 }, (_, i) => ({ name: `column_number_${i}`, type: 'number' as const }))
  const wide = makeDump({
    name: 'wide', inputs,
    golden: [{ input: Object.fromEntries(inputs.map(({ name }) => [name, 1])), values: [0, 1] }],
    model: makeForest([makeStump()], { features: inputs.map(({ name }) => name) })
  })
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'wide.json': wide }), []))
  const body = { instances: Array(3000).fill({}) }
  const refused = await post(app, '/models/wide/predict/batch', body)
  t.equal(refused.statusCode, 413)
  t.match(refused.json<Answer>().message, /^The answer is larger than/)
  const named = await post(app, '/models/wide/predict/batch?on_error=fail', body)
  t.equal(named.statusCode, 400)
  t.equal(named.json<Answer>().errors.length, 301, 'rows are named until there are enough problems')
  t.match(named.json<Answer>().errors[300].received, '3000 that cannot: these are the first 1')
})
