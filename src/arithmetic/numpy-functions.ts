/**
 * numpy's functions of one number. Those of one IEEE operation are exact: absolute, ceil, float32, floor, negative,
 * reciprocal, rint, sign, sqrt, square, trunc. exp, expm1, log and log1p have the bits of the C library, which is what
 * numpy uses on processors without AVX-512; cbrt, exp2, log10 and log2 are within 1 unit in the last place of it.
 */
import { exp, exp2 } from './libm.js'
import { log, log1p } from './libm-log.js'
import { expm1 } from './pow.js'

/** Rounds halves to even. */
function rint(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x
  // Adding 2^52 leaves no room for a fraction: the addition rounds it away, halves to even.
  const rounded = x < 0 ? x - 2 ** 52 + 2 ** 52 : x + 2 ** 52 - 2 ** 52
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded
}

/** numpy's sign of -0 is 0. */
function sign(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN
}

export const NUMPY_FUNCTIONS = {
  absolute: Math.abs,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  exp,
  exp2,
  expm1,
  float32: Math.fround,
  floor: Math.floor,
  log,
  log10: Math.log10,
  log1p,
  log2: Math.log2,
  negative: x => -x,
  reciprocal: x => 1 / x,
  rint,
  sign,
  sqrt: Math.sqrt,
  square: x => x * x,
  trunc: Math.trunc
} satisfies Readonly<Record<string, (x: number) => number>>
