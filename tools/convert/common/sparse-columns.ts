import type { Frame } from './frame.js'
import type { Located } from './located.js'

/**
 * Which zeros of a column its matrix does not store: all, or those where another column is 1. That is unknown where
 * products of stored zeros may be among them.
 */
type UnstoredZeros = 'all' | 'unknown' | { readonly where: string }

/**
 * The columns of a frame that scikit-learn has in sparse matrices, and what those store. To most readers a zero is a
 * zero; to XGBoost one that is not stored is missing.
 */
export class SparseColumns {
  private readonly zeros = new Map<string, UnstoredZeros>()
  /** By sparse column, as long as it does not change: the column that is NaN where nothing is stored. */
  private readonly stored = new Map<string, string>()

  constructor(private readonly frame: Frame) {}

  /** A dense column that becomes sparse loses its zeros; one that was sparse before keeps those that are stored. */
  mark(columns: readonly string[], sparse: boolean): void {
    for (const name of columns) {
      if (!sparse) this.zeros.delete(name)
      else if (!this.zeros.has(name)) this.zeros.set(name, 'all')
    }
  }

  hasAny(columns: readonly string[]): boolean {
    return columns.some(name => this.zeros.has(name))
  }

  /** Notes that one column is a copy of another. */
  copy(from: string, to: string): void {
    const zeros = this.zeros.get(from)
    if (zeros !== undefined) this.zeros.set(to, zeros)
  }

  /** Notes that a column holds other values now. */
  change(column: string): void {
    this.stored.delete(column)
  }

  /** Call it before a step that can make zeros of other numbers, which a sparse matrix goes on storing. */
  keepZeros(columns: readonly string[]): void {
    for (const column of columns.filter(name => this.zeros.get(name) === 'all')) {
      const where = this.frame.addColumn(`unstored__${column}`)
      this.frame.steps.push({ op: 'one-hot', column, values: [0], as: [where] })
      this.storeWhereNot(column, where)
    }
  }

  /** Notes that a transformer does not store zeros of these columns. */
  dropZeros(columns: readonly string[]): void {
    for (const name of columns) if (this.zeros.has(name)) this.zeros.set(name, 'all')
  }

  /** Notes that zeros of a column are not stored where another is 1. */
  storeWhereNot(column: string, where: string): void {
    this.zeros.set(column, { where })
    this.stored.delete(column)
  }

  /** Notes that some zeros of the columns are stored, and nobody knows which. */
  forget(columns: readonly string[]): void {
    for (const name of columns) this.zeros.set(name, 'unknown')
  }

  /** Notes that the outputs are products of the inputs: of stored zeros, some are stored and some are not. */
  multiply(inputs: readonly string[], outputs: readonly string[]): void {
    const mayStoreZeros = inputs.some(name => this.zeros.has(name) && this.zeros.get(name) !== 'all')
    this.mark(outputs, this.hasAny(inputs))
    if (mayStoreZeros) this.forget(outputs)
  }

  /**
   * The columns for a reader to which what a sparse matrix does not store is missing.
   * @param at for the error when it is not known what is stored
   * @returns dense columns themselves, and for sparse ones others
   */
  unstoredToMissing(columns: readonly string[], at: Located): string[] {
    return columns.map(column => {
      const zeros = this.zeros.get(column)
      if (zeros === undefined) return column
      if (zeros === 'unknown') {
        return at.fail(
          'columns of which it is known what their sparse matrix stores',
          'Make the encoders give dense output (sparse_output=False, sparse_threshold=0) and train again.'
        )
      }
      const name = this.stored.get(column) ?? this.addGaps(column, zeros)
      this.stored.set(column, name)
      return name
    })
  }

  /** A dense column that is NaN where nothing is stored. */
  private addGaps(column: string, zeros: 'all' | { readonly where: string }): string {
    const { frame } = this
    if (zeros !== 'all') {
      const gap = frame.copy(zeros.where, 'gap')
      frame.steps.push({ op: 'lookup', column: gap, values: [0, 1], results: [0, 'NaN'] })
      return frame.derive(frame.freeName(`stored__${column}`), ['+', column, gap])
    }
    const name = frame.copy(column, 'stored')
    this.zeros.delete(name)
    frame.steps.push({ op: 'zero-to-missing', columns: [name], threshold: 0 })
    return name
  }
}
