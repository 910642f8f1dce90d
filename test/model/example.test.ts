import t from 'tap'
import { pickExample } from '../../src/model/example.js'
import { makeDump } from '../helpers/dumps.js'

const inputs = makeDump({
  inputs: [
    { name: 'a', type: 'number', minimum: 0, maximum: 1 },
    { name: 'toString', type: 'number' },
    { name: 'c', type: 'category', categories: ['x', 'y'] }
  ]
}).inputs

const pick = (...rows: Array<Record<string, number | string | null>>) =>
  pickExample({ inputs, golden: rows.map(input => ({ input, values: [] })) })

t.test('the row with the fewest missing values, filled from others', async t => {
  t.strictSame(pick({ a: 1, toString: 2, c: 'x' }), { a: 1, toString: 2, c: 'x' })
  t.strictSame(pick({ a: null, toString: 2, c: null }, { a: null, toString: 3, c: 'y' }, { a: 0 }), { a: 0, toString: 3, c: 'y' })
})

t.test('values that the inputs do not allow are gaps', async t => {
  t.strictSame(pick({ a: 2, c: 'z' }, { a: -1, toString: 5, c: 'unheard of' }), { toString: 5 })
  t.strictSame(pick({ a: 0.5, c: 5 }), { a: 0.5 }, 'a method of objects is not a value')
})

t.test('no golden rows', async t => t.equal(pick(), undefined))
