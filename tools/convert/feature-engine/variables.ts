/** The columns that a transformer of feature-engine sees, by its own names. */
import type { Located } from '../common/located.js'
import type { Value } from '../pickle/values.js'

/** Finds the frame's column of a variable. */
export type ColumnOf = (variable: Located) => string

/** @param columns those that go in, in the order it was fitted on */
export function readVariables(transformer: Located, columns: readonly string[]): ColumnOf {
  const fitted = transformer.attr('feature_names_in_')
  const names: Value[] = fitted.isNone ? [...columns] : fitted.items().map(({ value = null }) => value)
  if (names.length !== columns.length) fitted.fail(`${columns.length} columns`)
  return variable => columns[names.indexOf(variable.value ?? null)] ?? variable.fail(`one of the columns ${names.map(String).join(', ')}`)
}

/** The columns of `variables_`, in order. */
export function listVariables(transformer: Located, columnOf: ColumnOf): string[] {
  return transformer.attr('variables_').items().map(columnOf)
}
