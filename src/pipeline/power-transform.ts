import { exp } from '../arithmetic/libm.js'
import { log, log1p } from '../arithmetic/libm-log.js'
import { expm1, pow } from '../arithmetic/pow.js'

const EPSILON = Number.EPSILON

/** How scikit-learn's version, or the scipy that goes with it, computes `(x ** lambda - 1) / lambda`. */
export type PowerFormula = 'power' | 'expm1' | 'cephes'

/**
 * Yeo and Johnson's transformation. NaN stays.
 * @param mirrored 2 - lambda, as the source rounds it
 * Source: scikit-learn's `PowerTransformer._yeo_johnson_transform` ("power") and `scipy.stats.yeojohnson` ("expm1").
 */
export function yeoJohnson(x: number, lambda: number, mirrored: number, formula: PowerFormula): number {
  if (x >= 0) {
    if (Math.abs(lambda) < EPSILON) return log1p(x)
    return (formula === 'power' ? pow(x + 1, lambda) - 1 : expm1(lambda * log1p(x))) / lambda
  }
  if (!(Math.abs(lambda - 2) > EPSILON)) return -log1p(-x)
  return -(formula === 'power' ? pow(-x + 1, mirrored) - 1 : expm1(mirrored * log1p(-x))) / mirrored
}

/**
 * Box and Cox's transformation of positive numbers. Source: `scipy.special.boxcox`.
 */
export function boxCox(x: number, lambda: number, formula: PowerFormula): number {
  if (Math.abs(lambda) < 1e-19) return log(x)
  const product = lambda * log(x)
  if (formula === 'cephes') return expm1OfCephes(product) / lambda
  if (product < 709.78) return expm1(product) / lambda
  return Math.sign(lambda) * exp(product - log(Math.abs(lambda))) - 1 / lambda
}

/**
 * e^x - 1 as scipy had it until 1.13, from Moshier's Cephes library, unity.c: a quotient of polynomials around 0, and
 * otherwise the subtraction, which is off by many units in the last place.
 */
function expm1OfCephes(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x
  if (x < -0.5 || x > 0.5) return exp(x) - 1
  const square = x * x
  const p = x * ((1.2617719307481059e-4 * square + 3.0299440770744195e-2) * square + 1)
  const q = ((3.0019850513866446e-6 * square + 2.5244834034968410e-3) * square + 0.22726554820815503) * square + 2
  const r = p / (q - p)
  return r + r
}
