/** What a body may be, and how large: JSON has the limit of every body, the tensors' bytes after it that of a batch. */
import { Readable } from 'node:stream'
import t from 'tap'
import { build } from '../../helpers/app.js'
import { makeDump } from '../../helpers/dumps.js'
import { column, infer, inferBinary, outputsOf, entryOf } from '../../helpers/open-inference.js'

const LIMITS = { bodyLimitBytes: 2000, batchBodyLimitBytes: 20_000 }
const ADVICE = 'send fewer rows per request'
const JSON_LIMIT = `The JSON of the body is larger than 2000 bytes, the most that is taken: ${ADVICE}, ` +
  'or their tensors as binary data after it, with which a body may have 20000 bytes'

const binary = (rows: number) => [
  { inputs: [{ name: 'f0', datatype: 'FP64', shape: [rows], parameters: { binary_data_size: 8 * rows } }] },
  Buffer.from(Float64Array.from({ length: rows }, (_, i) => i % 2).buffer)
] as const

t.test('binary tensors', async t => {
  const app = await build(t, LIMITS, [entryOf('made', makeDump())])
  const many = await inferBinary(app, 'made', ...binary(2400))
  t.equal(many.statusCode, 200, 'are no part of the JSON')
  t.equal((outputsOf(many).predict as unknown[]).length, 2400)
  const tooMany = await inferBinary(app, 'made', ...binary(2600))
  t.equal(tooMany.statusCode, 413)
  t.strictSame(tooMany.json(), { error: `The body is larger than 20000 bytes, the most that is taken: ${ADVICE}` })
})

t.test('other types', async t => {
  const app = await build(t, LIMITS, [entryOf('made', makeDump())])
  const response = await infer(app, 'made', 'x', { 'content-type': 'text/plain' })
  t.equal(response.statusCode, 415)
  t.strictSame(response.json(), {
    error: 'Content-Type must be application/json or application/octet-stream, received the text "text/plain"'
  })
  t.equal(response.headers['content-type'], 'application/json')
})

t.test('JSON', async t => {
  const app = await build(t, LIMITS, [entryOf('made', makeDump())])
  const [document, bytes] = binary(10)
  const padded = JSON.stringify({ inputs: [column('f0', 'FP64', [1])] }).padEnd(2000)
  t.equal((await infer(app, 'made', padded)).statusCode, 200)
  const long = JSON.stringify(document).padEnd(2001)
  const cases: Array<[Buffer | string, Record<string, string>]> = [
    [`${padded} `, {}],
    [Buffer.concat([Buffer.from(long), bytes]), { 'inference-header-content-length': '2001' }]
  ]
  for (const [body, headers] of cases) {
    const response = await infer(app, 'made', body, headers)
    t.equal(response.statusCode, 413)
    t.strictSame(response.json(), { error: JSON_LIMIT })
  }
  const headers = { 'content-type': 'application/json' }
  const chunked = await app.inject({
    method: 'POST', url: '/v2/models/made/infer', headers, payload: Readable.from([padded, ' '])
  })
  t.equal(chunked.statusCode, 413, 'whose length is not known before it is there')
  t.strictSame(chunked.json(), { error: JSON_LIMIT })
  const index = await app.inject({
    method: 'POST', url: '/v2/repository/index', headers, payload: '{}'.padEnd(2001)
  })
  t.equal(index.statusCode, 413, 'other bodies have the usual limit')
  t.strictSame(index.json(), { error: 'The body is larger than 2000 bytes, the most that is taken' })
})
