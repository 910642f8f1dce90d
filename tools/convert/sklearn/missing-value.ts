import { isPandasNA } from '../pickle/pandas.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'

/**
 * `missing_values` as the column holds it: undefined for NaN, which None and pandas' NA are as well once they have come
 * as JSON's null; a number, or the code of a text.
 */
export function readMissingValue(missingValues: Located, column: string, frame: Frame): number | undefined {
  const { value } = missingValues
  if (value === undefined || value === null || Number.isNaN(value) || isPandasNA(value)) return undefined
  if (typeof value === 'string') {
    return value === 'NaN' ? undefined : frame.textCodes(column, [value], missingValues)[0]
  }
  return missingValues.number()
}
