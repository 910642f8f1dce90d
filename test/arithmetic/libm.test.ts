import t from 'tap'
import { exp, exp2, expit, fma } from '../../src/arithmetic/libm.js'
import { log, log1p } from '../../src/arithmetic/libm-log.js'
import { readFixture } from '../helpers/fixtures.js'
import { makeRandom, pickSeed, randomInteger } from '../helpers/forests.js'

/** Argument and result, as `test/fixtures/libm/make.c` had them from the C library. */
function* readPairs(name: string): Generator<[number, number]> {
  const bytes = readFixture(`libm/${name}.f64`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; at += 16) yield [view.getFloat64(at, true), view.getFloat64(at + 8, true)]
}

for (const [name, compute] of Object.entries({ exp, exp2, expit, log, log1p })) {
  t.test(`${name} gives the bits of the C library`, async t => {
    const wrong: string[] = []
    let nPairs = 0
    for (const [x, expected] of readPairs(name)) {
      nPairs++
      const received = compute(x)
      if (!Object.is(received, expected)) wrong.push(`${name}(${x}): expected ${expected}, received ${received}`)
    }
    t.ok(nPairs > 600, `${nPairs} arguments`)
    t.strictSame(wrong, [])
  })
}

const EDGES: Array<[compute: (x: number) => number, x: number, expected: number]> = [
  [exp, 0, 1],
  [exp, -0, 1],
  [exp, NaN, NaN],
  [exp, Infinity, Infinity],
  [exp, -Infinity, 0],
  [exp, 709.782712893384, 1.7976931348622732e308],
  [exp, 709.7827128933841, Infinity],
  [exp, -745.1332191019411, 5e-324],
  [exp, -745.1332191019412, 0],
  [exp, 1e-300, 1],
  [exp2, 0, 1],
  [exp2, 1, 2],
  [exp2, -1, 0.5],
  [exp2, NaN, NaN],
  [exp2, Infinity, Infinity],
  [exp2, -Infinity, 0],
  [exp2, 1024, Infinity],
  [exp2, -1074, 5e-324],
  [exp2, -1075, 0],
  [expit, 0, 0.5],
  [expit, NaN, NaN],
  [expit, Infinity, 1],
  [expit, -Infinity, 0],
  [expit, -800, 0],
  [log, 0, -Infinity],
  [log, -0, -Infinity],
  [log, 1, 0],
  [log, -1, NaN],
  [log, NaN, NaN],
  [log, Infinity, Infinity],
  [log, -Infinity, NaN],
  [log1p, 0, 0],
  [log1p, -0, -0],
  [log1p, -1, -Infinity],
  [log1p, -2, NaN],
  [log1p, NaN, NaN],
  [log1p, Infinity, Infinity],
  [log1p, 5e-324, 5e-324]
]

t.test('special values', async t => {
  for (const [compute, x, expected] of EDGES) {
    const shown = `${compute.name}(${Object.is(x, -0) ? '-0' : x})`
    t.ok(Object.is(compute(x), expected), `${shown} is ${expected}, received ${compute(x)}`)
  }
})

/** A double as mantissa * 2^exponent. */
function decompose(x: number): [bigint, number] {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  const bits = view.getBigUint64(0)
  const mantissa = bits & 0xfffffffffffffn | 1n << 52n
  return [x < 0 ? -mantissa : mantissa, Number(bits >> 52n & 2047n) - 1075]
}

/** a * b + c in integers, rounded by the conversion to a number. */
function fmaInIntegers(a: number, b: number, c: number): number {
  const [aMantissa, aExponent] = decompose(a)
  const [bMantissa, bExponent] = decompose(b)
  const [cMantissa, cExponent] = decompose(c)
  const exponent = Math.min(aExponent + bExponent, cExponent)
  const product = aMantissa * bMantissa << BigInt(aExponent + bExponent - exponent)
  return Number(product + (cMantissa << BigInt(cExponent - exponent))) * 2 ** exponent
}

t.test('fma rounds once', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  // Mantissas of few bits too: they make the sums that lie half-way between two doubles.
  const draw = (spread: number): number => {
    const bits = randomInteger(random, 1, 9) * 6 - 1
    const mantissa = 2 ** bits + Math.floor(random() * 2 ** bits)
    return (random() < 0.5 ? -1 : 1) * mantissa * 2 ** (-bits - randomInteger(random, 0, spread))
  }
  const wrong: string[] = []
  for (let i = 0; i < 30000; i++) {
    const a = draw(4)
    const b = draw(4)
    const c = i % 3 === 0 ? -a * b * (1 + randomInteger(random, -4, 4) * 2 ** -52) : draw(120) * 2 ** 60
    const expected = fmaInIntegers(a, b, c)
    // Unlike a number, an integer has no -0.
    if (fma(a, b, c) !== expected) wrong.push(`fma(${a}, ${b}, ${c}): expected ${expected}, received ${fma(a, b, c)}`)
  }
  t.strictSame(wrong, [])
  // Half-way but for 2^-60, which is lost when the errors of product and sum are added.
  const above = 1 + 2 ** -30
  const below = 1 - 2 ** -30
  t.equal(fma(above, below, 2 ** 53), 2 ** 53)
  t.equal(fma(above, below, 2 ** 53 + 2), 2 ** 53 + 2)
  t.equal(fma(-above, below, 2 ** 53 + 2), 2 ** 53 + 2)
  t.equal(fma(-above, below, 2 ** 53 + 4), 2 ** 53 + 4)
})
