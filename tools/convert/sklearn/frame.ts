import type { Expression, Input, Step } from '../../../src/forest/dump.js'
import { ConvertError } from '../pickle/errors.js'
import type { Located } from './located.js'

/**
 * The dump's inputs and steps while they are being gathered: converters of transformers read names of columns, append
 * steps, and give back the names of the columns that come out.
 */
export class Frame {
  readonly steps: Step[] = []
  private readonly inputs = new Map<string, Input>()
  private readonly columns = new Set<string>()
  /** What an imputer puts where text is missing, until an encoder says which categories there are. */
  private readonly missingText = new Map<string, string>()

  addInput(input: Input): void {
    this.inputs.set(input.name, input)
    this.columns.add(input.name)
  }

  get allInputs(): Input[] {
    return [...this.inputs.values()]
  }

  derive(column: string, expression: Expression): string {
    this.steps.push({ op: 'derive', column: this.addColumn(column), expression })
    return column
  }

  /** Reserves a new column's name. */
  addColumn(name: string): string {
    if (this.columns.has(name)) throw new ConvertError(`two columns would be called "${name}"`)
    this.columns.add(name)
    return name
  }

  has(column: string): boolean {
    return this.columns.has(column)
  }

  /** The input that a column still is, untouched by any step; undefined for a computed column. */
  inputOf(column: string): Input | undefined {
    return this.inputs.get(column)
  }

  /** An imputer takes missing numbers of this column. Recipes that say what a gap counts as have the last word. */
  acceptMissingNumber(column: string): void {
    const input = this.inputs.get(column)
    if (input?.type === 'number' && input.fallback === undefined) {
      this.inputs.set(column, { ...input, fallback: { missing: 'NaN' } })
    }
  }

  /** An imputer puts this text where a text is missing. */
  acceptMissingText(column: string, text: string): void {
    this.missingText.set(column, text)
  }

  /**
   * Turns an input into text with the categories that an encoder knows.
   * @param ignoreUnknown whether the encoder takes other texts, as no category
   */
  setCategories(column: string, categories: readonly string[], ignoreUnknown: boolean, at: Located): void {
    const input = this.inputs.get(column)
    if (input === undefined) at.fail(`an input as "${column}", to encode as text`)
    if (input.type === 'category') {
      if (input.categories.join('\0') !== categories.join('\0')) at.fail(`the same categories for "${column}" as before`)
      return
    }
    const missing = this.missingText.get(column) ?? (ignoreUnknown ? null : undefined)
    const fallback = {
      ...(missing === undefined ? {} : { missing }),
      ...(ignoreUnknown ? { unknown: null } : {})
    }
    this.inputs.set(column, {
      name: column,
      type: 'category',
      ...(input.description === undefined ? {} : { description: input.description }),
      categories: [...categories],
      example: categories[0],
      ...(Object.keys(fallback).length === 0 ? {} : { fallback })
    })
  }
}
