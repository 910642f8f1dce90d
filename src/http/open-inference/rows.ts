/** Rows of a model from the tensors of a request: one per column, or one matrix of all of them. */
import { InputError, type Model, type Row } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { fail } from './request.js'
import type { Tensor } from './tensors.js'

export interface Rows {
  readonly length: number
  /**
   * The row at an index, as a body of the JSON routes has it: without the columns that were not sent.
   * @throws InputError for an element that its datatype does not have
   */
  at(index: number): Row
  /** Where a column's value of a row came from, for messages. */
  place(column: string, index: number): string
}

/** @throws InputError when the tensors are no rows of the model */
export function toRows(model: Model, tensors: readonly Tensor[]): Rows {
  const [first] = tensors
  if (tensors.length === 1 && isMatrix(model, first)) return matrixRows(model, first)
  const known = new Set(model.inputs.map(({ name }) => name))
  for (const [i, { name, shape }] of tensors.entries()) {
    if (!known.has(name)) fail(`inputs[${i}].name`, `a column of the model: ${listed([...known])}`, name)
    if (shape.length === 2 && shape[1] !== 1) {
      failShape(i, `[${shape[0]}] or [${shape[0]}, 1], which a column has`, shape)
    }
    if (shape[0] !== first.shape[0]) failShape(i, `${first.shape[0]} rows, as ${JSON.stringify(first.name)} has`, shape)
  }
  const place = (column: string, index: number) => `input ${JSON.stringify(column)}, row ${index}`
  const unread = namesOfUnread(model)
  const read = tensors.filter(({ name }) => !unread.has(name))
  return {
    length: first.shape[0],
    at: index => {
      const row: Row = {}
      for (const tensor of read) row[tensor.name] = take(tensor, index, () => place(tensor.name, index))
      return row
    },
    place
  }
}

/** Any name will do for a matrix, and for the column of a model that has one. */
function isMatrix({ inputs }: Model, { name, shape }: Tensor): boolean {
  return shape.length === 2 && (shape[1] > 1 || (inputs.length === 1 && inputs[0].name !== name))
}

/** The columns in which anything may stand. */
function namesOfUnread({ inputs }: Model): Set<string> {
  return new Set(inputs.filter(({ type }) => type === 'any').map(({ name }) => name))
}

function matrixRows(model: Model, matrix: Tensor): Rows {
  const { inputs } = model
  const unread = namesOfUnread(model)
  const width = inputs.length
  const [n] = matrix.shape
  if (new Set(inputs.filter(({ name }) => !unread.has(name)).map(({ type }) => type === 'number')).size > 1) {
    const why = 'since a matrix has one datatype, and the columns of this model are numbers and text'
    failShape(0, `[${n}] or [${n}, 1], a tensor for each column by its name, ${why}`, matrix.shape)
  }
  if (matrix.shape[1] !== width) {
    failShape(0, `[${n}, ${width}], since the model has ${width} columns`, matrix.shape)
  }
  const place = (column: string, index: number) =>
    `input ${JSON.stringify(matrix.name)}, row ${index}, column ${JSON.stringify(column)}`
  return {
    length: n,
    at: index => {
      const row: Row = {}
      for (const [c, { name }] of inputs.entries()) {
        if (!unread.has(name)) row[name] = take(matrix, index * width + c, () => place(name, index))
      }
      return row
    },
    place
  }
}

function take(tensor: Tensor, index: number, place: () => string): unknown {
  const { datatype } = tensor
  const value = tensor.at(index)
  if (value === null) return null
  const taken = datatype.take(value)
  if (taken !== undefined) return taken
  const received = value === Infinity || value === -Infinity ? 'an infinity' : describeValue(value)
  throw new InputError([{ field: place(), expected: `${datatype.expected} (${datatype.name})`, received }])
}

function failShape(i: number, expected: string, shape: readonly number[]): never {
  throw new InputError([{ field: `inputs[${i}].shape`, expected, received: `[${shape.join(', ')}]` }])
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ')
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown
}
