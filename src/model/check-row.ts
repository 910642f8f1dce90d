/** The check of a row where no HTTP schema does it: the same rows are refused, in the same words. */
import type { CheckedInput, NumberInput } from '../dump/dump.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError, type FieldProblem, type Row } from '../errors/input-error.js'
import { fieldReader } from '../pipeline/inputs.js'
import { describeExpected, isFlag, leniencyOf, MAX_TEXT_LENGTH, type Leniency } from './input-rules.js'
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
  input: CheckedInput, { absent, missing, unknown }: Leniency
): (value: unknown) => boolean {
  const takes = input.type === 'number' ? createNumberTest(input)
    : input.type === 'category' && input.hashed ? isHashable
    : input.type === 'text' ? isShort
    : createTextTest(unknown ? undefined : input.categories)
  return value => value === undefined ? absent : value === null ? missing : takes(value)
}

function createNumberTest(input: NumberInput): (value: unknown) => boolean {
  if (isFlag(input)) return value => typeof value === 'boolean' || value === 0 || value === 1
  const { minimum = -Infinity, maximum = Infinity, acceptsBoolean } = input
  return value => Number.isFinite(value)
    ? (value as number) >= minimum && (value as number) <= maximum
    : acceptsBoolean === true && typeof value === 'boolean'
}

function isHashable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
}

/** Characters are counted as JSON Schema does. */
function isShort(value: unknown): boolean {
  if (typeof value !== 'string' || value.length <= MAX_TEXT_LENGTH) return typeof value === 'string'
  return value.length <= 2 * MAX_TEXT_LENGTH && Array.from(value).length <= MAX_TEXT_LENGTH
}

/** @param categories the only texts that are taken; any text when undefined */
function createTextTest(categories: readonly string[] | undefined): (value: unknown) => boolean {
  if (categories === undefined) return value => typeof value === 'string'
  const known = new Set<unknown>(categories)
  return value => known.has(value)
}
