/** The rows that a model was saved with, input_example.json: a DataFrame as pandas writes it, or an array. */
import type { ExampleRow } from '../common/signature.js'
import { ConvertError } from '../errors/convert-error.js'

/** Rows that become golden rows; MLflow keeps five at most by itself. */
const MAX_ROWS = 16
const MAX_BYTES = 2 ** 20

/**
 * @returns nothing for an example of another form, such as a sparse matrix
 * @throws ConvertError when it is not JSON
 */
export function readInputExample(bytes: Uint8Array): ExampleRow[] {
  // Real ones have few rows.
  if (bytes.length > MAX_BYTES) return []
  const example = parse(bytes)
  if (Array.isArray(example)) return toRows(example, undefined)
  if (typeof example !== 'object' || example === null) return []
  const { columns, data, inputs } = example as Record<string, unknown>
  if (Array.isArray(inputs)) return toRows(inputs, undefined)
  if (!Array.isArray(data)) return []
  if (columns === undefined) return toRows(data, undefined)
  return Array.isArray(columns) && columns.every(name => typeof name === 'string') ? toRows(data, columns) : []
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new ConvertError(`expected JSON (${(error as Error).message}).`, { hint: 'Copy or download the folder again.', cause: error })
  }
}

function toRows(rows: readonly unknown[], names: readonly string[] | undefined): ExampleRow[] {
  const found: ExampleRow[] = []
  for (const row of rows.slice(0, MAX_ROWS)) {
    const values = Array.isArray(row) ? row.map(toValue) : []
    // Lists and objects are no values of columns.
    if (values.length === 0 || !values.every(value => value !== undefined)) continue
    if (names === undefined || names.length === values.length) found.push({ names, values })
  }
  return found
}

function toValue(value: unknown): string | number | null | undefined {
  if (typeof value === 'boolean') return Number(value)
  return value === null || typeof value === 'string' || typeof value === 'number' ? value : undefined
}
