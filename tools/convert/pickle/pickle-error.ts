import { ConvertError, type ConvertErrorOptions } from '../errors/convert-error.js'

/** A byte in the uncompressed pickle, or words for a place in a file that holds the same objects in another form. */
export type Position = number | string

/** A pickle, or a file like one, that cannot be read: names the place where it stops making sense. */
export class PickleError extends ConvertError {
  override name = 'PickleError'

  constructor(readonly offset: Position, problem: string, options: ConvertErrorOptions = {}) {
    super(`${typeof offset === 'number' ? `At byte ${offset}` : offset}: ${problem}.`, options)
  }
}
