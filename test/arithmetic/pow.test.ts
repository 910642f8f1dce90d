import t from 'tap'
import { expm1, pow } from '../../src/arithmetic/pow.js'
import { readFixture } from '../helpers/fixtures.js'

/** Groups of `width` numbers, as `test/fixtures/libm/make-pow.c` had them from the C library. */
function* readGroups(name: string, width: number): Generator<number[]> {
  const bytes = readFixture(`libm/${name}.f64`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; at += 8 * width) {
    yield Array.from({ length: width }, (_, i) => view.getFloat64(at + 8 * i, true))
  }
}

t.test('pow gives the bits of the C library', async t => {
  let nGroups = 0
  const wrong: string[] = []
  for (const [x, y, expected] of readGroups('pow', 3)) {
    nGroups++
    if (!Object.is(pow(x, y), expected)) wrong.push(`pow(${x}, ${y}): expected ${expected}, received ${pow(x, y)}`)
  }
  t.ok(nGroups > 1000, `${nGroups} pairs`)
  t.strictSame(wrong, [])
})

t.test('expm1 gives the bits of the C library', async t => {
  let nGroups = 0
  const wrong: string[] = []
  for (const [x, expected] of readGroups('expm1', 2)) {
    nGroups++
    if (!Object.is(expm1(x), expected)) wrong.push(`expm1(${x}): expected ${expected}, received ${expm1(x)}`)
  }
  t.ok(nGroups > 600, `${nGroups} arguments`)
  t.strictSame(wrong, [])
})

t.test('what is no power of a positive number', async t => {
  for (const [x, y] of [[NaN, 2], [-2, 3], [2, NaN], [NaN, NaN]]) t.ok(Number.isNaN(pow(x, y)), `pow(${x}, ${y})`)
  t.equal(pow(0, 2), 0)
  t.equal(pow(0, -2), Infinity)
  t.equal(pow(Infinity, 0.5), Infinity)
  t.equal(pow(Infinity, -0.5), 0)
  t.equal(pow(1, NaN), 1)
})
