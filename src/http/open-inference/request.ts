/** The body of an inference request, checked as far as it can be without its model. */
import { InputError } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { DataList } from './data-list.js'
import { DATATYPES, type Datatype } from './datatypes.js'

/** Values that may stand under a `parameters`. */
export type Parameters = Readonly<Record<string, string | number | boolean>>

/** What the parser of bodies makes of one: its JSON document, and the bytes of binary tensors after it. */
export interface InferBody {
  /** A `LongDocument` where it is long, else its value. */
  readonly document: unknown
  readonly tail: Buffer
  /** Bytes of memory that the document takes as a value, at most. */
  readonly heldBytes: number
}

export interface RequestTensor {
  readonly name: string
  /** [N] or [N, k] */
  readonly shape: readonly number[]
  readonly datatype: Datatype
  readonly parameters: Parameters
  /** Undefined for a binary tensor. */
  readonly data: readonly unknown[] | DataList | undefined
}

export interface RequestedOutput {
  readonly name: string
  readonly parameters: Parameters
}

export interface InferRequest {
  readonly id: string | undefined
  readonly parameters: Parameters
  readonly inputs: readonly RequestTensor[]
  /** Undefined: all of them. */
  readonly outputs: readonly RequestedOutput[] | undefined
}

/** @throws InputError always: a 400 that names the place in the document */
export function fail(field: string, expected: string, value: unknown): never {
  throw new InputError([{ field, expected, received: describeValue(value) }])
}

/**
 * The request in a document.
 * @throws InputError naming the first place that is not as the protocol has it
 */
export function readRequest(document: unknown): InferRequest {
  const { id, parameters, inputs, outputs } = readObject(document, 'body')
  if (!isAbsent(id) && typeof id !== 'string') fail('id', 'text', id)
  if (!Array.isArray(inputs) || inputs.length === 0) fail('inputs', 'a list of tensors', inputs)
  if (!isAbsent(outputs) && !Array.isArray(outputs)) fail('outputs', 'a list of outputs', outputs)
  const requested = ((outputs ?? []) as unknown[]).map(readOutput)
  assertDistinct(requested, 'outputs')
  const tensors = (inputs as unknown[]).map(readTensor)
  assertDistinct(tensors, 'inputs')
  return {
    id: isAbsent(id) ? undefined : id,
    parameters: readParameters(parameters, 'parameters'),
    inputs: tensors,
    outputs: requested.length > 0 ? requested : undefined
  }
}

/** Optional members may be null: some clients write all that they have. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

function readObject(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(place, 'a JSON object', value)
  return value as Record<string, unknown>
}

/** @throws InputError when a value is neither text nor a number, true or false */
export function readParameters(value: unknown, place: string): Parameters {
  if (isAbsent(value)) return {}
  const parameters = readObject(value, place)
  for (const [key, entry] of Object.entries(parameters)) {
    if (typeof entry === 'string' || typeof entry === 'boolean' || Number.isFinite(entry)) continue
    fail(`${place}[${JSON.stringify(key.slice(0, 40))}]`, 'text, a number, true or false', entry)
  }
  return parameters as Parameters
}

function readTensor(value: unknown, i: number): RequestTensor {
  const place = `inputs[${i}]`
  const { name, shape, datatype, parameters, data } = readObject(value, place)
  if (typeof name !== 'string') fail(`${place}.name`, 'text', name)
  const type = DATATYPES.get(datatype as string)
  if (type === undefined) fail(`${place}.datatype`, `one of ${[...DATATYPES.keys()].join(', ')}`, datatype)
  if (!isAbsent(data) && !Array.isArray(data) && !(data instanceof DataList)) fail(`${place}.data`, 'a list', data)
  return {
    name: name,
    shape: readShape(shape, `${place}.shape`),
    datatype: type,
    parameters: readParameters(parameters, `${place}.parameters`),
    data: isAbsent(data) ? undefined : data as unknown[] | DataList
  }
}

function readShape(shape: unknown, place: string): number[] {
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 2) fail(place, 'a list of one or two whole numbers', shape)
  for (const [i, length] of (shape as unknown[]).entries()) {
    if (!Number.isSafeInteger(length) || (length as number) < 0) fail(`${place}[${i}]`, 'a whole number of 0 or more', length)
  }
  return shape as number[]
}

function readOutput(value: unknown, i: number): RequestedOutput {
  const place = `outputs[${i}]`
  const { name, parameters } = readObject(value, place)
  if (typeof name !== 'string') fail(`${place}.name`, 'text', name)
  return { name: name, parameters: readParameters(parameters, `${place}.parameters`) }
}

function assertDistinct(named: ReadonlyArray<{ name: string }>, place: string): void {
  const names = new Set<string>()
  for (const [i, { name }] of named.entries()) {
    if (names.has(name)) fail(`${place}[${i}].name`, 'a name that the list does not have yet', name)
    names.add(name)
  }
}
