/** What an MLflow folder says of a model's inputs, beside the model's file. */
import type { Input } from '../../../src/dump/dump.js'

export interface SignatureColumn {
  readonly name: string
  /** MLflow's own word, such as "double", "long" or "boolean". */
  readonly type: string
  readonly required: boolean
}

/** A row that the model was saved with as an example. */
export interface ExampleRow {
  /** Undefined for an array, whose values are in the order of the columns. */
  readonly names: readonly string[] | undefined
  readonly values: ReadonlyArray<string | number | null>
}

export interface Signature {
  /** In order; empty where the model was given arrays, whose columns have no names. */
  readonly columns: readonly SignatureColumn[]
  readonly examples: readonly ExampleRow[]
}

/** Names that scikit-learn, LightGBM and this program give to columns that have none. */
function areInvented(names: readonly string[]): boolean {
  return names.every((name, i) => name === `x${i}` || name === `Column_${i}`)
}

const MAX_NAME = 200

/** The signature's names for columns that have none of their own, where they can be names of inputs. */
export function nameBySignature(own: readonly string[], signature: Signature | undefined): string[] {
  const names = signature?.columns.map(({ name }) => name) ?? []
  const areNames = new Set(names).size === names.length &&
    names.every(name => name !== '' && name.length <= MAX_NAME && name !== '__proto__')
  return areNames && names.length === own.length && areInvented(own) ? names : [...own]
}

/** What the signature is used for, in words. */
export function describeUse({ columns }: Signature, inputs: readonly Input[]): string {
  const known = inputs.filter(input => columns.some(({ name }) => name === input.name)).length
  if (known === 0) return 'not used: other columns than the model takes'
  return known < inputs.length ? `types of ${known} of the inputs` : 'names and types of the inputs'
}

/** Types of which MLflow takes no missing value: its integers and booleans have none. */
const WITHOUT_MISSING = ['integer', 'long', 'boolean']

/**
 * The inputs with what the signature knows better than the file, which takes numbers, True and False and missing values
 * in most columns whatever was in them: that one is True or False, and that one is required and cannot be missing.
 */
export function typeBySignature(inputs: readonly Input[], signature: Signature | undefined): Input[] {
  return inputs.map(input => {
    const column = signature?.columns.find(({ name }) => name === input.name)
    if (column === undefined || input.type !== 'number') return input
    const { acceptsBoolean, fallback, ...rest } = input
    const isBoolean = column.type === 'boolean' && acceptsBoolean === true && input.values === undefined
    const isRequired = column.required && WITHOUT_MISSING.includes(column.type) && fallback?.missing === 'NaN'
    return {
      ...rest,
      ...(isBoolean ? { boolean: true, values: [0, 1], example: 0 } : acceptsBoolean === true && { acceptsBoolean }),
      ...(!isRequired && fallback !== undefined && { fallback })
    }
  })
}
