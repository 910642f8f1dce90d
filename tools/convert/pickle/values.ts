/**
 * What a pickle turns into: an object graph of plain data. Nothing here can run: a class is a name, an instance is that
 * name with what the file gave it. Values can be shared and can form cycles, as in Python.
 *
 * None is null; int is number, or bigint beyond 2^53; float, str and bool are themselves; bytes are a Uint8Array; a
 * list is an array.
 */
import type { DType, NdArray } from './numpy.js'

export type Value =
  | null | boolean | number | bigint | string | Uint8Array | Value[]
  | Tuple | Dict | PySet | Global | Instance | DType | NdArray

export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

/** The objects of a file that several were dumped into, one after another. */
export class Concatenated extends Tuple {}

/** A dict with keys of any kind, in insertion order. */
export class Dict {
  readonly entries = new Map<Value, Value>()

  /** The value of a string key, undefined when there is none. */
  get(key: string): Value | undefined {
    return this.entries.get(key)
  }
}

export class PySet {
  constructor(readonly items: Value[] = []) {}
}

/** A class or function by name, never resolved. Module names are normalised: today's Python and numpy spellings. */
export class Global {
  /** Whether nothing is known of it but its name, so that nothing may be made of it or of its instances. */
  opaque = false

  constructor(readonly module: string, readonly name: string) {}

  get path(): string {
    return `${this.module}.${this.name}`
  }
}

/** What the names in a file say of the libraries that wrote it; complete once all of the file has been read. */
export interface Writer {
  /** numpy's major version. */
  numpyMajor: 1 | 2 | undefined
}

/** An instance of a class, or the result of a call, that stays a description: class, arguments, state, items. */
export class Instance {
  /** What BUILD gave: for most classes the dict of attributes. */
  state: Value | undefined
  /** What APPEND(S) added, for subclasses of list. */
  items: Value[] | undefined
  /** What SETITEM(S) added, for subclasses of dict. */
  entries: Dict | undefined
  /** Of the file that the state is from. */
  writer: Writer | undefined

  constructor(readonly type: Global, readonly args: readonly Value[], readonly kwargs?: Dict) {}

  /** An attribute from the state, undefined when there is none. */
  get(name: string): Value | undefined {
    return this.state instanceof Dict ? this.state.get(name) : undefined
  }
}

/** The name of which nothing more is known, of a value that is it or an instance of it; undefined for anything else. */
export function opaqueName(value: Value | undefined): Global | undefined {
  const name = value instanceof Instance ? value.type : value
  return name instanceof Global && name.opaque ? name : undefined
}

/** A short name of what a value is, for messages: "a str", "an instance of sklearn.pipeline.Pipeline". */
export function describeValue(value: Value | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (typeof value === 'string') return `the str ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Concatenated) return `${value.items.length} objects, one after another`
  if (value instanceof Tuple) return `a tuple of ${value.items.length}`
  if (value instanceof Dict) return `a dict of ${value.entries.size}`
  if (value instanceof PySet) return `a set of ${value.items.length}`
  if (value instanceof Global) return `the name ${value.path}`
  if (value instanceof Instance) return `an instance of ${value.type.path}`
  return value.describe()
}
