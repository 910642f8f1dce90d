/** Answers as text: numbers as JSON.stringify writes them, with no trace in memory, and all else as Fastify has it. */
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import t from 'tap'
import { buildSerializer } from '../../../src/http/rows/serializer.js'
import { build } from '../../helpers/app.js'
import { oldSpaceGrowth } from '../../helpers/old-space.js'

const number = { type: 'number' }

const shared = {
  Pair: { $id: 'Pair', type: 'object', properties: { first: number, second: { ...number, minimum: 0 } } }
}

function compile(schema: object, build = buildSerializer): (answer: unknown) => string {
  return build(structuredClone(shared))({ method: 'POST', url: '/', httpStatus: '200', schema: structuredClone(schema) })
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

t.test('a schema that does more than name a number', t => {
  const same = (schema: object, answer: unknown, text: string) => {
    t.equal(compile(schema)(answer), text)
    t.equal(compile(schema, SerializerSelector())(answer), text, 'as Fastify alone')
  }
  const withProperties = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

  same(withProperties({ type: number, items: number, properties: number }), { type: 1, items: 2, properties: 3 },
    '{"type":1,"items":2,"properties":3}')
  same(withProperties({ a: { ...number, default: 2 }, b: { ...number, const: 3 }, c: { ...number, nullable: true } }),
    { b: 4, c: null }, '{"a":2,"b":3,"c":null}')
  same(withProperties({}, { additionalProperties: number }), { a: 0.5 }, '{"a":0.5}')
  same(withProperties({}, { patternProperties: { '^p': number } }), { p1: 0.5, q: 1 }, '{"p1":0.5}')
  same(withProperties({ a: { $ref: '#/definitions/half' } }, { definitions: { half: { ...number, maximum: 0.5 } } }),
    { a: 0.5 }, '{"a":0.5}')
  same({ type: 'array', items: [number, { type: 'string' }] }, [0.5, 'a'], '[0.5,"a"]')

  const either = withProperties({ a: { anyOf: [number, withProperties({ b: { type: 'string' } })] } })
  same(either, { a: 0.5 }, '{"a":0.5}')
  same(either, { a: { b: 'x', unnamed: 1 } }, '{"a":{"b":"x"}}')

  const serialize = compile(withProperties({ a: number }))
  t.equal(serialize({ a: NaN }), '{"a":null}', 'there is no NaN in JSON')
  t.equal(serialize({ a: 'text' }), '{"a":"text"}', 'unchecked')
  t.end()
})

t.test('V8 keeps no texts of numbers', t => {
  const writeWith = (serialize: (answer: unknown) => string) =>
    (number: number) => serialize({ first: number, second: 1 })
  const ours = oldSpaceGrowth(writeWith(compile(shared.Pair)))
  const fastifys = oldSpaceGrowth(writeWith(compile(shared.Pair, SerializerSelector())))
  t.ok(ours < 400_000, `${ours} bytes for 400,000 numbers`)
  t.ok(fastifys > 2_000_000, `${fastifys} bytes with Fastify's own: the difference can be seen here`)
  t.end()
})

t.test('the app serializes so', async t => {
  const app = await build(t)
  const schema = { response: { 200: { type: 'object', properties: { a: number } } } }
  app.get('/nan', { schema }, async () => ({ a: NaN }))
  t.equal((await app.inject('/nan')).body, '{"a":null}')
})
