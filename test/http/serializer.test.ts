/** Answers as text: that of JSON.stringify, whatever the schema says of numbers. */
import { getHeapSpaceStatistics } from 'node:v8'
import t from 'tap'
import { buildSerializer } from '../../src/http/serializer.js'

const number = { type: 'number' }

const shared = {
  Pair: { $id: 'Pair', type: 'object', properties: { first: number, second: { ...number, minimum: 0 } } }
}

function compile(schema: object): (answer: unknown) => string {
  return buildSerializer(shared)({ method: 'POST', url: '/', httpStatus: '200', schema })
}

t.test('numbers, wherever they are', t => {
  const serialize = compile({
    type: 'object',
    properties: {
      alone: number,
      list: { type: 'array', items: number },
      pairs: { type: 'array', items: { $ref: 'Pair#' } },
      count: { type: 'integer' },
      text: { type: 'string' }
    }
  })
  for (const value of [0, -0, 1, -1.5, 0.1 + 0.2, 1e21, 5e-324, 2 ** 53, Number.MAX_VALUE, 1e-7, 0.000001]) {
    const answer = { alone: value, list: [value, 1, value], pairs: [{ first: value, second: 0.5 }], count: 3, text: 'a"b' }
    t.equal(serialize(answer), JSON.stringify(answer), String(value))
  }
  t.equal(serialize({ list: [] }), '{"list":[]}', 'what is absent is left out')
  t.equal(serialize({ alone: 1, other: 2 }), '{"alone":1}', 'and what no schema names')
  t.end()
})

t.test('V8 keeps no texts of numbers', t => {
  // Fractions of two digits, of which V8 remembers few at a time.
  const answers = Array.from({ length: 100 }, (_, i) => ({ first: i / 100, second: (i + 1) / 100 }))
  const oldBytes = () => getHeapSpaceStatistics().find(space => space.space_name === 'old_space')?.space_used_size ?? 0
  const serialize = compile(shared.Pair)
  const grow = () => {
    const before = oldBytes()
    for (let round = 0; round < 2000; round++) for (const answer of answers) serialize(answer)
    return oldBytes() - before
  }
  // The least of several: what was new before this grows old once.
  const bytes = Math.min(grow(), grow(), grow(), grow())
  t.ok(bytes < 400_000, `${bytes} bytes for 400,000 numbers`)
  t.end()
})
