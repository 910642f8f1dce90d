import type { Input } from '../dump/dump.js'
import type { Row } from '../errors/input-error.js'
import { fieldReader } from '../pipeline/inputs.js'
import { compileOriginals } from '../pipeline/original-names.js'

/**
 * @param inputs of a model
 * @returns a function from a row that the model takes to one that means the same to it: each field under its input's
 * own name, null where there is none, and nothing else
 */
export function createFieldPicker(inputs: readonly Input[]): (row: Row) => Row {
  const restoreNames = compileOriginals(inputs)
  const fields = inputs.filter(({ type }) => type !== 'any').map(({ name }) => ({ name, read: fieldReader(name) }))
  return row => {
    const named = restoreNames?.(row) ?? row
    return Object.fromEntries(fields.map(({ name, read }) => [name, read(named) ?? null]))
  }
}
