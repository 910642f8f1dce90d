/** A list in a JSON document that is parsed block by block, when its elements are needed. */
import { unreadable } from '../shared/problems.js'
import { parseJson } from './parse-json.js'

/** A block ends when it has so many bytes, or so many elements. */
const BLOCK_BYTES = 4096
const BLOCK_ELEMENTS = 256

/** Elements of a list in a document. Few are values at a time: as values they take many times their bytes. */
export class DataList {
  /** How many there are. */
  length = 0
  /** Whether the first of them is a list. */
  isNested = false
  /** Where each block begins in the bytes, and which element it begins with. */
  private readonly starts: number[] = []
  private readonly firsts: number[] = []
  private block = -1
  private values: readonly unknown[] = []

  /** @param bytes the document, @param start index of the first byte after the bracket */
  constructor(private readonly bytes: Buffer, private start: number) {}

  /** Called for each comma between elements, and for the bracket at the end. */
  addElement(end: number): void {
    const last = this.starts.length - 1
    const isFull = last === -1 || this.length - this.firsts[last] >= BLOCK_ELEMENTS ||
      this.start - this.starts[last] >= BLOCK_BYTES
    if (isFull) {
      this.starts.push(this.start)
      this.firsts.push(this.length)
    }
    this.length++
    this.start = end + 1
  }

  /** Bytes of memory that it takes at most while its elements are read in order. */
  get heldBytes(): number {
    return Math.min(this.length, BLOCK_ELEMENTS) * BYTES_OF_VALUE + 16 * this.starts.length
  }

  /**
   * The element at an index.
   * @throws InputError when the block that it is in is not JSON
   */
  at(index: number): unknown {
    const offset = index - this.firsts[this.block]
    if (!(offset >= 0 && offset < this.values.length)) {
      this.load(index)
      return this.values[index - this.firsts[this.block]]
    }
    return this.values[offset]
  }

  private load(index: number): void {
    let block = this.block + 1
    // In order, but for the first element of a list that is read a second time.
    if (!(this.firsts[block] <= index)) block = 0
    while (this.firsts[block + 1] <= index) block++
    const isLast = block + 1 === this.starts.length
    const end = isLast ? this.start - 1 : this.starts[block + 1] - 1
    const values = parseJson(`[${this.bytes.toString('utf8', this.starts[block], end)}]`) as unknown[]
    // Brackets that do not match may have been counted as others.
    const count = (isLast ? this.length : this.firsts[block + 1]) - this.firsts[block]
    if (values.length !== count) throw unreadable('text that is not JSON')
    this.block = block
    this.values = values
  }
}

/** A number that is not whole, with its place in a list. */
const BYTES_OF_VALUE = 24
