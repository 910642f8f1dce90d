/** Where the sums of boosted trees start when another predictor gives the first answer. */
import { exp } from '../arithmetic/libm.js'
import { log, log1p } from '../arithmetic/libm-log.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import type { Start } from '../dump/dump.js'

/** `log(p / (1 - p))`; scipy since 1.15 has another formula in the middle. */
function logit(p: number, formula: 'quotient' | 'log1p'): number {
  return formula === 'log1p' && p >= 0.3 && p <= 0.65
    ? log1p(2 * (p - 0.5)) - log1p(-2 * (p - 0.5))
    : log(p / (1 - p))
}

/**
 * @param values what the first predictor answers: a number, or the probabilities of the classes
 * @returns [nOutputs] of the boosted trees: one for two classes, else one per class
 */
export function computeStart(start: Start, values: Float64Array): Float64Array {
  if (start.kind === 'value') return values
  const [low, high] = start.clip
  const clipped = values.map(p => Math.min(Math.max(p, low), high))
  if (start.kind === 'logit') return Float64Array.of(start.factor * logit(clipped[1], start.formula))
  const logs = clipped.map(log)
  if (!start.centred) return logs
  const geometricMean = exp(sumLikeNumpy(logs, 0, logs.length) / logs.length)
  return clipped.map(p => log(p / geometricMean))
}
