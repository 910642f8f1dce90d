import t from 'tap'
import { nameOperations } from '../../../src/http/openapi/operation-ids.js'

t.test('names that differ little', async t => {
  const names = ['iris', 'a-b', 'a.b', 'a_b', 'A-B', 'ab', 'ab2', 'a_b_2', 'constructor', '0', 'x.', 'x']
  const ids = nameOperations(names)
  t.strictSame(ids.slice(0, 7), ['Iris', 'AB', 'AB2', 'AB3', 'AB4', 'Ab5', 'Ab22'])
  t.equal(new Set(ids.map(id => id.toLowerCase())).size, names.length)
  for (const id of ids) t.match(id, /^[A-Za-z0-9]+$/)
  t.strictSame(nameOperations([]), [])
})

t.test('names whose ends are those of other operations', async t => {
  t.strictSame(nameOperations(['batch', 'a', 'a-batch', 'aStream', 'what-if', 'stream', 'b-stream', 'b']),
    ['Batch2', 'A', 'ABatch2', 'AStream2', 'WhatIf2', 'Stream2', 'BStream', 'B2'])
})
