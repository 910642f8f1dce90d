/**
 * The errors of converting a model file. Whoever runs a conversion catches `ConvertError` and prints its message: it
 * says where, what was expected and what came, and ends with what to do about it. Anything else that is thrown is a
 * fault of this program.
 */

export interface ConvertErrorOptions {
  /** What to do about it, a full sentence. */
  hint?: string
  cause?: unknown
}

/** A model file that cannot be converted. `message` ends with the hint; `hint` holds it apart too, if there is one. */
export class ConvertError extends Error {
  override name = 'ConvertError'
  readonly hint?: string

  /** @param problem Where, what was expected and what came. */
  constructor(readonly problem: string, { hint, cause }: ConvertErrorOptions = {}) {
    super(hint === undefined ? problem : `${problem} ${hint}`, cause === undefined ? {} : { cause })
    if (hint !== undefined) this.hint = hint
  }
}

/** A file that is not a pickle at all, or whose compressed container is damaged, too large or not supported. */
export class ContainerError extends ConvertError {
  override name = 'ContainerError'
}

/** The same error, naming the file that it is about. */
export function prefixFile(error: ConvertError, file: string): ConvertError {
  return new ConvertError(`${file}: ${error.problem}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
}
