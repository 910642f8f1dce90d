/**
 * The encoders of the package category_encoders. What a value becomes is in pandas' tables, by codes that an
 * OrdinalEncoder gives to the categories first; unknown and missing values have codes and rows in these tables too.
 */
import { pushOutcomes, type Outcome, type Outcomes } from '../sklearn/outcomes.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'
import type { Value } from '../pickle/values.js'
import { MISSING, UNKNOWN, groupsOf, lump, readCodes } from './codes.js'
import { encodeColumns, nameOf, nameOutputs, tableOf, type Name } from './names.js'

/** The encoders by the names of their classes. */
export const CATEGORY_ENCODERS: Readonly<Record<string, ConvertTransformer>> = {
  BaseNEncoder: convertByRows,
  BinaryEncoder: convertByRows,
  CatBoostEncoder: (encoder, columns, context) => convertByMeans(encoder, columns, context, readCatBoost(encoder)),
  CountEncoder: convertCountEncoder,
  GLMMEncoder: convertByCode,
  GrayEncoder: convertByRows,
  JamesSteinEncoder: convertByCode,
  LeaveOneOutEncoder: (encoder, columns, context) => convertByMeans(encoder, columns, context, divide),
  MEstimateEncoder: convertByCode,
  OneHotEncoder: convertByRows,
  OrdinalEncoder: convertOrdinalEncoder,
  QuantileEncoder: convertByCode,
  TargetEncoder: convertByCode,
  WOEEncoder: convertByCode
}

type Context = Parameters<ConvertTransformer>[2]

/** What an encoder does with a value that is unknown or missing; undefined where it is a function. */
function strategyOf(option: Located): Value | undefined {
  return option.isOpaque ? undefined : option.value
}

function isError(option: Located): boolean {
  return strategyOf(option) === 'error'
}

/** Codes as they are, but for what the encoder is told to put for unknown and missing values. */
function convertOrdinalEncoder(encoder: Located, columns: readonly string[], { frame }: Context): string[] {
  return encodeColumns(encoder, columns, (name, column) => {
    const codes = readCodes(encoder, encoder, name)
    const unknown = readUnknown(encoder.attr('handle_unknown'))
    const missing = isError(encoder.attr('handle_missing')) ? undefined
      : codes.missing === undefined ? unknown
        : [codes.missing === MISSING ? readMissing(encoder.attr('handle_missing')) : codes.missing]
    const outcomes = { ...codes, known: codes.known.map(code => [code]), missing, unknown, names: [column] }
    return nameOutputs([name], pushOutcomes(column, outcomes, frame))
  })
}

function readUnknown(option: Located): Outcome {
  switch (option.value) {
    case 'value': return [UNKNOWN]
    case 'return_nan': return [NaN]
    case 'error': return undefined
    default: return [option.number()]
  }
}

function readMissing(option: Located): number {
  return option.value === 'value' ? MISSING : option.value === 'return_nan' ? NaN : option.number()
}

/** A number by code, in a Series per column: TargetEncoder, WOEEncoder and their like. */
function convertByCode(encoder: Located, columns: readonly string[], { frame }: Context): string[] {
  return encodeColumns(encoder, columns, (name, column) => {
    const { labels, values } = readTable(encoder, name).series()
    const numbers = new Map(labels.map((label, i) => [label.number(), numberOf(values[i])]))
    const outcomes = outcomesOf(encoder, name, code => [numbers.get(code) ?? NaN])
    return nameOutputs([name], pushOutcomes(column, { ...outcomes, names: [column] }, frame))
  })
}

/** A row by code, in a DataFrame per column: OneHotEncoder, BinaryEncoder and their like. */
function convertByRows(encoder: Located, columns: readonly string[], { frame }: Context): string[] {
  assertNotOldIndicator(encoder)
  return encodeColumns(encoder, columns, (name, column) => {
    const { labels, columns: made } = readTable(encoder, name).table()
    const cells = made.map(({ values }) => values.map(numberOf))
    const rows = new Map(labels.map((label, i) => [label.number(), cells.map(column => column[i])]))
    const outcomes = outcomesOf(encoder, name, code => rows.get(code) ?? made.map(() => NaN))
    const names = made.map(output => nameOf(output.name))
    if (made.length === 0) return []
    return nameOutputs(names, pushOutcomes(column, { ...outcomes, names: names.map(String) }, frame))
  })
}

/** Before version 2.5, a OneHotEncoder found no row for a missing value that it was to have an indicator for. */
function assertNotOldIndicator(encoder: Located): void {
  const strategy = encoder.attr('handle_missing')
  if (encoder.className !== 'OneHotEncoder' || encoder.attr('drop_cols').isAbsent || strategyOf(strategy) !== 'indicator') return
  strategy.fail('another than "indicator", which versions before 2.5 do not keep to', 'Fit and save it with a newer category_encoders.')
}

function numberOf(cell: Located): number {
  return cell.isNone ? NaN : cell.number()
}

function readTable(encoder: Located, name: Name): Located {
  return tableOf(encoder.attr('mapping'), name) ?? encoder.attr('mapping').fail(`what the column ${name} becomes`)
}

/** @param outcome of a code */
function outcomesOf(encoder: Located, name: Name, outcome: (code: number) => readonly number[]): Omit<Outcomes, 'names'> {
  const codes = readCodes(encoder.attr('ordinal_encoder'), encoder, name)
  const unknown = isError(encoder.attr('handle_unknown')) ? undefined : outcome(UNKNOWN)
  return {
    values: codes.values,
    known: codes.known.map(code => code === UNKNOWN ? unknown : outcome(code)),
    missing: isError(encoder.attr('handle_missing')) ? undefined
      : codes.missing === undefined ? unknown : outcome(codes.missing),
    unknown
  }
}

/** How often a category was in the training: `CountEncoder`, whose options may be dicts by column. */
function convertCountEncoder(encoder: Located, columns: readonly string[], { frame }: Context): string[] {
  return encodeColumns(encoder, columns, (name, column) => {
    const unknown = readCountOfUnknown(encoder, name)
    const table = readTable(encoder, name)
    const { labels, values } = table.series()
    const counts = values.map(numberOf)
    const codes = lump(table, labels, counts, groupsOf(encoder.attr('_min_group_categories'), name), NaN)
    return nameOutputs([name], pushOutcomes(column, {
      ...codes,
      known: codes.known.map(count => Number.isNaN(count) ? unknown : [count]),
      missing: isError(encoder.attr('handle_missing')) ? undefined
        : codes.missing === undefined || Number.isNaN(codes.missing) ? unknown : [codes.missing],
      unknown,
      names: [column]
    }, frame))
  })
}

function readCountOfUnknown(encoder: Located, name: Name): Outcome {
  const option = (attribute: string) => tableOf(encoder.attr(attribute), name)?.value
  const unknown = option('_handle_unknown')
  if (typeof unknown === 'number' && Number.isInteger(unknown)) return [unknown]
  if (unknown === 'error') return undefined
  if (!encoder.attr('drop_cols').isAbsent) {
    const expected = '"error" or a whole number, as versions before 2.5 do not agree on another'
    encoder.attr('_handle_unknown').fail(expected, 'Fit and save it with a newer category_encoders.')
  }
  return [unknown === 'value' && option('_handle_missing') !== 'return_nan' ? 0 : NaN]
}

/** The mean of the target by category, from its sum and count: LeaveOneOutEncoder and CatBoostEncoder. */
function convertByMeans(
  encoder: Located, columns: readonly string[], { frame }: Context, meanOf: (sum: number, count: number) => number
): string[] {
  const overall = encoder.attr('_mean').number()
  const [unknown, missing] = ['handle_unknown', 'handle_missing'].map(option => strategyOf(encoder.attr(option)))
  return encodeColumns(encoder, columns, (name, column) => {
    const table = readTable(encoder, name)
    const { labels, columns: parts } = table.table()
    const [sums, counts] = ['sum', 'count'].map(part =>
      parts.find(entry => entry.name.value === part)?.values ?? table.fail('the sums and counts of the categories'))
    const means = labels.map((_, i) => {
      const count = counts[i].number()
      // A category that occurred once says too little.
      return count > 1 ? meanOf(sums[i].number(), count) : overall
    })
    const groups = groupsOf(encoder.attr('min_group_lumping_'), name)
    const codes = lump(table, labels, means, groups, NaN)
    const isGrouped = groups.some(({ key }) => key.isNone || Number.isNaN(key.value))
    const seen = isGrouped || missing !== 'return_nan' ? codes.missing : undefined
    return nameOutputs([name], pushOutcomes(column, {
      ...codes,
      known: codes.known.map(mean => [mean]),
      missing: missing === 'error' ? undefined : [seen ?? (missing === 'value' ? overall : NaN)],
      unknown: unknown === 'error' ? undefined : [unknown === 'value' ? overall : NaN],
      names: [column]
    }, frame))
  })
}

function divide(sum: number, count: number): number {
  return sum / count
}

/** Versions before 2.5 took the overall mean once, whatever `a` was. */
function readCatBoost(encoder: Located): (sum: number, count: number) => number {
  const overall = encoder.attr('_mean').number()
  const a = encoder.attr('a').number()
  if (a !== 1 && !encoder.attr('drop_cols').isAbsent) {
    encoder.attr('a').fail('1, as versions before 2.5 do not agree on another', 'Fit and save it with a newer category_encoders.')
  }
  return (sum, count) => (sum + overall * a) / (count + a)
}
