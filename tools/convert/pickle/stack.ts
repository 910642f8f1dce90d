/** The stack of the machine that reads pickles. */
import { ConvertError } from '../errors/convert-error.js'
import type { Value } from './values.js'

/** Python's own limit on nesting is far below. Keeps a file of "(" from filling memory with marks. */
const MAX_MARKS = 10_000

/** Objects, and marks between them that say from where on an instruction takes all. */
export class Stack {
  private readonly values: Value[] = []
  /** Stack heights at the open marks. */
  private readonly marks: number[] = []

  get size(): number {
    return this.values.length
  }

  /** Whether there is one object and no mark, as at the end of a pickle. */
  get isSingle(): boolean {
    return this.values.length === 1 && this.marks.length === 0
  }

  push(value: Value): void {
    this.values.push(value)
  }

  /** Objects above the last mark, which a pop may take. */
  private get available(): number {
    return this.values.length - (this.marks.at(-1) ?? 0)
  }

  top(): Value {
    if (this.available === 0) throw new ConvertError('the stack is empty')
    return this.values[this.values.length - 1]
  }

  pop(): Value {
    const value = this.top()
    this.values.length--
    return value
  }

  popMany(count: number): Value[] {
    if (this.available < count) throw new ConvertError(`needs ${count} objects on the stack, there are ${this.available}`)
    return this.values.splice(this.values.length - count, count)
  }

  mark(): void {
    if (this.marks.length >= MAX_MARKS) throw new ConvertError(`more than ${MAX_MARKS} open marks`)
    this.marks.push(this.values.length)
  }

  popMark(): Value[] {
    const height = this.marks.pop()
    if (height === undefined) throw new ConvertError('there is no open mark')
    return this.values.splice(height)
  }

  /** Takes a mark away if one is on top. */
  dropMark(): boolean {
    return this.available === 0 && this.marks.pop() !== undefined
  }

  replaceTop(value: Value): void {
    this.values[this.values.length - 1] = value
  }
}
