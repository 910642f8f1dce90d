import t from 'tap'
import type { Input } from '../../src/dump/dump.js'
import type { Row } from '../../src/errors/input-error.js'
import { InputReader } from '../../src/pipeline/inputs.js'

t.test('what every object has is not a value of a row', async t => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']
  const inputs: Input[] = names.flatMap(name => [
    { name, type: 'number', fallback: { missing: 'NaN' } },
    { name, type: 'category', categories: ['a'], fallback: { missing: 'a' } }
  ])
  const reader = new InputReader(inputs, new Set(names))
  const columns = new Float64Array(inputs.length)
  t.strictSame(reader.read({}, columns), names.flatMap(name => [name, name]))
  t.strictSame([...columns], names.flatMap(() => [NaN, 0]))

  const numbers = new InputReader(inputs.filter(({ type }) => type === 'number'), new Set(names))
  t.equal(numbers.read(JSON.parse(`{${names.map((name, i) => `"${name}":${i}`).join()}}`) as Row, columns), undefined)
  t.strictSame([...columns.subarray(0, names.length)], [0, 1, 2, 3, 4], 'but the row may have them')

  const required = new InputReader([{ name: 'toString', type: 'number' }], new Set(['toString']))
  t.throws(() => required.read({}, columns), { message: 'toString: expected a number, received nothing' })
})

t.test('flags are numbers that may be spelled true and false', async t => {
  const inputs: Input[] = [{ name: 'active', type: 'number', boolean: true }, { name: 'age', type: 'number' }]
  const reader = new InputReader(inputs, new Set(['active', 'age']))
  const columns = new Float64Array(2)
  for (const [active, expected] of [[true, 1], [false, 0], [1, 1], [0, 0]]) {
    t.equal(reader.read({ active, age: 3 }, columns), undefined)
    t.equal(columns[0], expected, `${active}`)
  }
  t.throws(() => reader.read({ active: 'true', age: 3 }, columns), { message: /active: expected true or false/ })
  t.throws(() => reader.read({ active: true, age: true }, columns), { message: /age: expected a number/ })
})
