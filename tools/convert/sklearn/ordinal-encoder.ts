import { pushLookup, readAllCategories, readGrouping } from './categories.js'
import { readEncodedValue } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `OrdinalEncoder`: the index of the category; a NaN category and unknown values have codes of their own. */
export const convertOrdinalEncoder: ConvertTransformer = (estimator, columns, { frame }) => {
  const groupings = readGrouping(estimator, columns.length)
  const handleUnknown = estimator.attr('handle_unknown')
  const unknown = handleUnknown.isAbsent || handleUnknown.text() === 'error' ? undefined
    : handleUnknown.text() === 'use_encoded_value' ? readEncodedValue(estimator.attr('unknown_value'))
      : handleUnknown.fail('"error" or "use_encoded_value"')
  const encodedMissing = estimator.attr('encoded_missing_value')
  const missingCode = encodedMissing.isAbsent ? NaN : readEncodedValue(encodedMissing)
  const lists = estimator.attr('categories_').items()
  readAllCategories(estimator, columns, frame).forEach((categories, i) => {
    const items = lists[i].items()
    // Only a NaN category is encoded as missing: None is a category like any other.
    const results = items.map((item, index) => Number.isNaN(item.value) ? missingCode : groupings[i]?.[index] ?? index)
    pushLookup(columns[i], { categories, results, unknown }, frame)
  })
  return [...columns]
}
