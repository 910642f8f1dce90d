/** A dump that cannot be served: names the place in the document. */
export class DumpError extends Error {
  override readonly name = 'DumpError'

  /**
   * @param path place in the document, such as `forest.trees[3]`
   * @param problem what was expected and what came
   */
  constructor(readonly path: string, readonly problem: string) {
    super(path === '' ? problem : `${path}: ${problem}`)
  }
}
