import { NUMPY_FUNCTIONS } from './functions.js'
import { power } from './power.js'

const { exp, expm1, log, log1p } = NUMPY_FUNCTIONS
const EPSILON = Number.EPSILON

/** How scikit-learn's version computes `(x ** lambda - 1) / lambda`. */
export type PowerFormula = 'power' | 'expm1'

/**
 * Yeo and Johnson's transformation. NaN stays.
 * Source: scikit-learn's `PowerTransformer._yeo_johnson_transform` ("power") and `scipy.stats.yeojohnson` ("expm1").
 */
export function yeoJohnson(x: number, lambda: number, formula: PowerFormula): number {
  if (x >= 0) {
    if (Math.abs(lambda) < EPSILON) return log1p(x)
    return (formula === 'power' ? power(x + 1, lambda) - 1 : expm1(lambda * log1p(x))) / lambda
  }
  const mirrored = 2 - lambda
  if (!(Math.abs(lambda - 2) > EPSILON)) return -log1p(-x)
  return -(formula === 'power' ? power(-x + 1, mirrored) - 1 : expm1(mirrored * log1p(-x))) / mirrored
}

/**
 * Box and Cox's transformation of positive numbers. Source: `scipy.special.boxcox`.
 */
export function boxCox(x: number, lambda: number): number {
  if (Math.abs(lambda) < 1e-19) return log(x)
  const product = lambda * log(x)
  if (product < 709.78) return expm1(product) / lambda
  return Math.sign(lambda) * exp(product - log(Math.abs(lambda))) - 1 / lambda
}
