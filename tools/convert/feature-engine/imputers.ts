/** What takes the place of missing values, and columns that say where they were. */
import { readFill } from '../sklearn/simple-imputer.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { listVariables, readVariables } from './variables.js'

/** Every imputer keeps what it fills in in `imputer_dict_`: a number or a text by column. */
export const convertImputer: ConvertTransformer = (imputer, columns, { frame }) => {
  const columnOf = readVariables(imputer, columns)
  for (const { key, at } of imputer.attr('imputer_dict_').entries()) {
    const column = columnOf(key)
    // A column without a single value stays as it is.
    if (at.isNone || Number.isNaN(at.value)) continue
    frame.steps.push({ op: 'impute', columns: [column], statistics: [readFill(at, column, frame)] })
    frame.impute([column], [typeof at.value === 'string' ? at.value : undefined])
  }
  return [...columns]
}

/** `AddMissingIndicator`: columns of 1 and 0, after the others. */
export const convertMissingIndicator: ConvertTransformer = (indicator, columns, { frame }) => {
  const watched = listVariables(indicator, readVariables(indicator, columns))
  const indicators = watched.map(column => {
    const as = frame.addColumn(`${column}_na`)
    frame.acceptMissing([column])
    frame.steps.push({ op: 'is-missing', columns: [column], as: [as] })
    return as
  })
  return [...columns, ...indicators]
}
