import { describeValue } from '../errors/describe-value.js'
import { InputError, type Row } from '../errors/input-error.js'

/** A function that throws an InputError which names the fields that a column's value comes from. */
export function createFailure(fields: Iterable<string>, expected: string): (row: Row) => never {
  return row => {
    throw new InputError([...fields].map(field => ({ field, expected, received: describeValue(row[field]) })))
  }
}
