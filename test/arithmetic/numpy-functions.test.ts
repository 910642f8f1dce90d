import t, { type Test } from 'tap'
import { NUMPY_FUNCTIONS } from '../../src/arithmetic/numpy-functions.js'
import { interpolate } from '../../src/arithmetic/interpolate.js'
import { normalQuantile } from '../../src/arithmetic/normal-quantile.js'

const same = (t: Test, actual: number, expected: number, name: string) => t.ok(Object.is(actual, expected), `${name}: ${actual}`)

t.test("numpy's rounding and signs", async t => {
  const { rint, sign, trunc } = NUMPY_FUNCTIONS
  const cases: Array<[number, number]> = [
    [0.5, 0], [1.5, 2], [2.5, 2], [-0.5, -0], [-1.5, -2], [-0, -0], [0, 0], [4503599627370495.5, 4503599627370496],
    [2 ** 53 + 2, 2 ** 53 + 2], [Infinity, Infinity], [NaN, NaN], [0.49999999999999994, 0]
  ]
  for (const [x, expected] of cases) same(t, rint(x), expected, `rint(${x})`)
  same(t, sign(-0), 0, 'sign(-0)')
  same(t, sign(-5), -1, 'sign(-5)')
  same(t, sign(NaN), NaN, 'sign(NaN)')
  same(t, trunc(-0.5), -0, 'trunc(-0.5)')
})

// Values of scipy.special.ndtri.
t.test('the normal quantile', async t => {
  same(t, normalQuantile(0), -Infinity, 'of 0')
  same(t, normalQuantile(1), Infinity, 'of 1')
  same(t, normalQuantile(0.5), 0, 'of 0.5')
  same(t, normalQuantile(0.3), -0.5244005127080409, 'of 0.3')
  same(t, normalQuantile(0.975), 1.959963984540054, 'of 0.975')
  same(t, normalQuantile(1e-20), -9.262340089798408, 'of 1e-20')
})

t.test('interpolation at, between and outside the points', async t => {
  const xs = Float64Array.of(0, 1, 1, 3)
  const ys = Float64Array.of(10, 20, 30, 70)
  for (const [x, y] of [[-1, 10], [0, 10], [0.5, 15], [1, 30], [2, 50], [3, 70], [4, 70]]) same(t, interpolate(x, xs, ys), y, `at ${x}`)
  t.ok(Number.isNaN(interpolate(NaN, xs, ys)))
  same(t, interpolate(5, Float64Array.of(2), Float64Array.of(7)), 7, 'one point')
})
