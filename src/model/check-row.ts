/** The check of a row where no HTTP schema does it: the same rows are refused, in the same words. */
import type { CategoryInput, NumberInput } from '../dump/dump.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError, type FieldProblem, type Row } from '../errors/input-error.js'
import { fieldReader } from '../pipeline/inputs.js'
import { describeExpected, isFlag, leniencyOf, type Leniency } from './input-rules.js'
import type { Model } from './types.js'

/**
 * @param model whose rows are checked
 * @param strict a missing value or an unknown category that would count as a fallback is refused
 * @returns a function that gives back a row that `predict` can take
 * @throws InputError, from that function, with the problem of each field; `field` names the row as a whole
 */
export function createRowCheck(
  model: Pick<Model, 'inputs' | 'usedInputs'>, strict = false
): (row: unknown, field: string) => Row {
  const checks = model.inputs.filter(input => input.type !== 'any').map(input => {
    const leniency = leniencyOf(input, model.usedInputs.has(input.name), strict)
    const { name } = input
    const expected = describeExpected(input, leniency)
    return { name, readField: fieldReader(name), takes: createTest(input, leniency), expected }
  })
  return (row, field) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new InputError([{ field, expected: 'an object with a value per field', received: describeValue(row) }])
    }
    const values = row as Row
    const problems: FieldProblem[] = []
    for (const { name, readField, takes, expected } of checks) {
      const value = readField(values)
      if (!takes(value)) problems.push({ field: name, expected, received: describeValue(value) })
    }
    if (problems.length > 0) throw new InputError(problems)
    return values
  }
}

function createTest(
  input: NumberInput | CategoryInput, { absent, missing, unknown }: Leniency
): (value: unknown) => boolean {
  const takes = input.type === 'number' ? createNumberTest(input) : createTextTest(input, unknown)
  return value => value === undefined ? absent : value === null ? missing : takes(value)
}

function createNumberTest(input: NumberInput): (value: unknown) => boolean {
  if (isFlag(input)) return value => typeof value === 'boolean' || value === 0 || value === 1
  const { minimum = -Infinity, maximum = Infinity, acceptsBoolean } = input
  return value => Number.isFinite(value)
    ? (value as number) >= minimum && (value as number) <= maximum
    : acceptsBoolean === true && typeof value === 'boolean'
}

function createTextTest({ categories }: CategoryInput, unknown: boolean): (value: unknown) => boolean {
  if (unknown) return value => typeof value === 'string'
  const known = new Set<unknown>(categories)
  return value => known.has(value)
}
