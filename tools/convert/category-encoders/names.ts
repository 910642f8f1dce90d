/** The columns of an encoder of category_encoders: what it saw, what it encodes, what it leaves out. */
import type { Located } from '../common/located.js'

/** A column's name in a DataFrame, or its number in an array. */
export type Name = string | number

/** A column that comes out: the encoder's name for it, and the frame's. */
interface Named {
  readonly name: Name
  readonly column: string
}

/** Encodes one column, of which it has the encoder's name; gives back those that it becomes. */
export type EncodeColumn = (name: Name, column: string) => Named[]

/**
 * The columns that come out, those that are not encoded in their places. A composite of several columns is refused.
 * @param columns those that go in, in the order it was fitted on
 */
export function encodeColumns(estimator: Located, columns: readonly string[], encode: EncodeColumn): string[] {
  const composites = estimator.attr('composite_cols')
  if (!composites.isNone) composites.fail('None', 'Join the columns before the Pipeline, and encode the one that comes out.')
  const names = readNames(estimator, columns)
  const encoded = estimator.attr('cols').items().map(item => {
    const name = nameOf(item)
    return names.includes(name) ? name : item.fail(`one of the columns ${names.join(', ')}`)
  })
  const outputs = names.flatMap((name, i) =>
    encoded.includes(name) ? encode(name, columns[i]) : [{ name, column: columns[i] }])
  const dropped = estimator.attr('drop_invariant').flag(false)
    ? estimator.anyAttr('invariant_cols', 'drop_cols').items().map(nameOf) : []
  return outputs.filter(({ name }) => !dropped.includes(name)).map(({ column }) => column)
}

function readNames(estimator: Located, columns: readonly string[]): readonly Name[] {
  const names = fittedNames(estimator) ?? columns
  return names.length === columns.length ? names : estimator.attr('feature_names_in_').fail(`${columns.length} columns`)
}

/**
 * The names of the columns that an encoder was fitted on. Up to version 2.5 it knew those of its outputs alone, which
 * stand in the places of the encoded columns.
 * @returns undefined where they cannot be told
 */
export function fittedNames(encoder: Located): Name[] | undefined {
  const fitted = encoder.attr('feature_names_in_')
  if (!fitted.isNone) return fitted.items().map(nameOf)
  const outputs = encoder.attr('feature_names')
  if (outputs.isNone) return undefined
  const tables = encoder.attr('mapping')
  const encoded = encoder.attr('cols').items().map(nameOf)
  const makers = new Map<Name, Name>()
  for (const name of MAKES_ROWS.test(encoder.className ?? '') ? encoded : []) {
    for (const made of tableOf(tables, name)?.table().columns ?? []) makers.set(nameOf(made.name), name)
  }
  const names = [...new Set(outputs.items().map(nameOf).map(name => makers.get(name) ?? name))]
  const { value: count } = encoder.attr('_dim')
  return names.length === count && encoded.every(name => names.includes(name)) ? names : undefined
}

export function nameOf(item: Located): Name {
  return typeof item.value === 'number' ? item.value : item.text()
}

/** Encoders that make several columns of one. */
const MAKES_ROWS = /^(BaseN|Binary|Gray|OneHot)Encoder$/

/** Columns that are made under the encoder's names. */
export function nameOutputs(names: readonly Name[], made: readonly string[]): Named[] {
  return made.map((column, i) => ({ name: names[i], column }))
}

/** An encoder of several columns has one table for each, in a list of dicts or a dict by name. */
export function tableOf(tables: Located, name: Name): Located | undefined {
  if (Array.isArray(tables.value)) return tables.items().find(entry => entry.key('col').value === name)?.key('mapping')
  return tables.entries().find(({ key }) => key.value === name)?.at
}

