import { anyFloat64, type AnyFloat64 } from './categories.js'
import { isVersion } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { pushIndicator } from './missing-indicator.js'
import { readMissingValue } from './missing-value.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `SimpleImputer` of any strategy: what it fills in is in `statistics_`. A column that had no value to learn from is
 * dropped, unless the imputer keeps it. Indicators, if it adds them, come after the columns.
 */
export const convertSimpleImputer: ConvertTransformer = (estimator, columns, { frame }) => {
  const statistics = estimator.attr('statistics_').items()
  if (statistics.length !== columns.length) estimator.attr('statistics_').fail(`${columns.length} statistics`)
  const keepsEmpty = estimator.attr('keep_empty_features').flag(false) || keepsConstants(estimator)
  const kept = columns.map((_, i) => i).filter(i => keepsEmpty || !Number.isNaN(statistics[i].value))
  // Texts settle which columns are text, and so what "missing" is there.
  const fills = new Map(kept.map(i => [i, readFill(statistics[i], columns[i], frame)]))
  const missing = columns.map(column => readMissingValue(estimator.attr('missing_values'), column, frame))
  const indicators = pushIndicator(estimator, columns, missing, frame)
  // An imputer of another kind of missing value refuses NaN.
  frame.checkNumbers(columns.filter((_, i) => missing[i] === undefined), { missing: true })
  frame.checkNumbers(columns.filter((_, i) => missing[i] !== undefined), { missing: false })
  for (const value of new Set(missing)) {
    const own = kept.filter(i => missing[i] === value)
    if (own.length === 0) continue
    const names = own.map(i => columns[i])
    frame.sparse.keepZeros(own.filter(i => fills.get(i) === 0).map(i => columns[i]))
    frame.steps.push({
      op: 'impute',
      columns: names,
      statistics: own.map(i => fills.get(i) ?? 'NaN'),
      ...(value !== undefined && { missing: value })
    })
    if (value === undefined) frame.impute(names, own.map(i => textOf(statistics[i])))
  }
  return [...kept.map(i => columns[i]), ...indicators]
}

/** Before 1.8, a column that gets a constant is kept even if it was empty, or the constant is NaN. */
function keepsConstants(estimator: Located): boolean {
  return estimator.attr('strategy').value === 'constant' && !isVersion(estimator, 1, 8, false)
}

/** The number, or the code of the text, that takes a missing value's place. */
export function readFill(statistic: Located, column: string, frame: Frame): AnyFloat64 {
  const { value } = statistic
  const text = textOf(statistic)
  if (text !== undefined) return frame.textCodes(column, [text], statistic)[0]
  return value === null ? 'NaN' : anyFloat64(typeof value === 'boolean' ? Number(value) : statistic.number())
}

function textOf({ value }: Located): string | undefined {
  return typeof value === 'string' ? value : undefined
}
