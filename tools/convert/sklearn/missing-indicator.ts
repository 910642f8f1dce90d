import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { readMissingValue } from './missing-value.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `MissingIndicator` alone: 1 where a value is missing, for the columns that lacked some at the fit, or all. */
export const convertMissingIndicator: ConvertTransformer = (estimator, columns, { frame }) => {
  const missing = columns.map(column => readMissingValue(estimator.attr('missing_values'), column, frame))
  if (estimator.attr('error_on_new').flag(true) && estimator.attr('features').value === 'missing-only') {
    const watched = readFeatures(estimator, columns.length)
    const strict = columns.filter((_, i) => missing[i] === undefined && !watched.includes(i))
    // What was never missing in training is an error to it.
    if (strict.length > 0) {
      frame.assertNotMissing(strict)
      frame.steps.push({ op: 'check', columns: strict, missing: false })
    }
  }
  const outputs = pushIndicators(estimator, columns, missing, frame)
  const { value: sparse } = estimator.attr('sparse')
  frame.markSparse(outputs, sparse === true || (sparse === 'auto' && frame.isSparse(columns)))
  return outputs
}

/** The columns that an imputer with `add_indicator` appends; call it before they are filled. */
export function pushIndicator(
  imputer: Located, columns: readonly string[], missing: ReadonlyArray<number | undefined>, frame: Frame
): string[] {
  if (!imputer.attr('add_indicator').flag(false)) return []
  const outputs = pushIndicators(imputer.attr('indicator_'), columns, missing, frame)
  frame.markSparse(outputs, frame.isSparse(columns))
  return outputs
}

function pushIndicators(
  indicator: Located, columns: readonly string[], missing: ReadonlyArray<number | undefined>, frame: Frame
): string[] {
  return readFeatures(indicator, columns.length).map(i => {
    const as = frame.addColumn(`missingindicator_${columns[i]}`)
    if (missing[i] === undefined) frame.acceptMissing([columns[i]])
    frame.steps.push({
      op: 'is-missing', columns: [columns[i]], as: [as], ...(missing[i] !== undefined && { missing: missing[i] })
    })
    return as
  })
}

/** `features_`: positions of the columns that have an indicator. */
function readFeatures(indicator: Located, count: number): number[] {
  return indicator.attr('features_').items().map(item => {
    const position = item.number()
    return position >= 0 && position < count ? position : item.fail(`the position of one of ${count} columns`)
  })
}
