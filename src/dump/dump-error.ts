/** A dump that cannot be served: names the place in the document. */
export class DumpError extends Error {
  override readonly name = 'DumpError'

  /** Each file of the library has a class of its own; what one throws is an instance of the others' as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'DumpError' && 'problem' in value
  }

  /**
   * @param path place in the document, such as `forest.trees[3]`
   * @param problem what was expected and what came
   */
  constructor(readonly path: string, readonly problem: string) {
    super(path === '' ? problem : `${path}: ${problem}`)
  }
}
