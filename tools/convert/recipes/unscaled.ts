/** A scaler that lies beside a model which was not fitted on what it gives, but on the columns as they were. */
import type { Estimator } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import type { Located } from '../common/located.js'
import type { ChainPlan } from './chain-plan.js'
import { listThresholds } from './thresholds.js'

/**
 * What a scaler gives for nearly all rows, also those that it was not fitted on. At least 99 of 100 standard scores are
 * within 10, whatever the column; others may reach beyond their range by its width.
 */
function readRange(scaler: Located): readonly [low: number, high: number] | undefined {
  if (scaler.isOpaque) return undefined
  switch (scaler.className) {
    case 'StandardScaler':
      return scaler.attr('with_mean').flag(true) && scaler.attr('with_std').flag(true) ? [-10, 10] : undefined
    case 'MaxAbsScaler': return [-2, 2]
    case 'MinMaxScaler': {
      const [low, high] = scaler.attr('feature_range').items().map(item => item.number())
      return [low - (high - low), high + (high - low)]
    }
    default: return undefined
  }
}

/**
 * Trees compare a column with values that it had when they were fitted.
 * @throws ConvertError when most of those lie where the last transformer, a scaler, hardly gives any
 */
export function assertScaled({ stages }: Pick<ChainPlan, 'stages'>, model: Estimator, label: string): void {
  const last = stages.at(-1)
  const range = last === undefined ? undefined : readRange(last.part.at)
  if (last === undefined || range === undefined) return
  const [low, high] = range
  const thresholds = listThresholds(model)
  for (const column of last.columns) {
    const own = thresholds.get(column) ?? []
    const outside = own.filter(value => value < low || value > high)
    if (outside.length === 0 || outside.length <= own.length / 2) continue
    throw new ConvertError(
      `${label} compares ${JSON.stringify(column)} with ${outside[0]}, which ${last.part.label} hardly gives there: ` +
      'the model was not fitted on what it gives.',
      { hint: `Leave ${last.part.label} out, or convert the model that belongs to it.` }
    )
  }
}
