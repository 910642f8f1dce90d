import { ConvertError, type ConvertErrorOptions } from '../errors/convert-error.js'

/** A pickle that cannot be read: names the byte where it stops making sense. */
export class PickleError extends ConvertError {
  override name = 'PickleError'

  /** @param offset byte in the uncompressed pickle */
  constructor(readonly offset: number, problem: string, options: ConvertErrorOptions = {}) {
    super(`At byte ${offset}: ${problem}.`, options)
  }
}
