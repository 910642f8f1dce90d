/** Python's own bits, where JavaScript's operators have others. */
import t from 'tap'
import { floorDivide, max, min, power, remainder, round } from '../../src/arithmetic/python-functions.js'
import { readFixtureJson } from '../helpers/fixtures.js'

type Row = [a: string, b: string, decimals: number, ...results: Array<string | null>]

const NAMES = ['%', '//', '**', 'min', 'max', 'round']

function toNumber(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE()
}

for (const [i, [first, second, decimals, ...results]] of (readFixtureJson('python-functions/expected.json') as Row[]).entries()) {
  const [a, b] = [toNumber(first), toNumber(second)]
  const computed = [remainder(a, b), floorDivide(a, b), power(a, b), min(a, b), max(a, b), round(a, decimals)]
  results.forEach((hex, k) => {
    if (hex === null || Object.is(computed[k], toNumber(hex))) return
    t.fail(`row ${i}: ${NAMES[k]} of ${a}, ${b}, ${decimals}: expected ${toNumber(hex)}, computed ${computed[k]}`)
  })
}

t.test('where Python raises, as numpy', async t => {
  t.strictSame([power(-8, 1 / 3), remainder(1, 0), floorDivide(-1, 0), power(0, -1)], [NaN, NaN, -Infinity, Infinity])
})
