import { NdArray } from './numpy.js'
import { Dict, Global, Instance, PySet, Tuple, opaqueName, type Value } from './values.js'

/**
 * Where in an object graph a name stands, such as `model.steps[1][1]`; undefined when nothing that the file keeps
 * refers to it.
 */
export function findName(root: Value, path: string, { called = true } = {}): string | undefined {
  const skip = (child: Value, parent: Value) => !called && parent instanceof Instance && child === parent.type
  return search(root, value => value instanceof Global && value.path === path, skip)?.[1]
}

/** The name nearest to the root of which nothing more is known, and where it or an instance of it stands. */
export function findOpaque(root: Value): [name: Global, place: string] | undefined {
  const found = search(root, value => opaqueName(value) !== undefined, () => false)
  const name = opaqueName(found?.[0])
  return found === undefined || name === undefined ? undefined : [name, found[1]]
}

/** Breadth first, so the shortest way is found; shared and cyclic values are visited once. */
function search(
  root: Value, matches: (value: Value) => boolean, skip: (child: Value, parent: Value) => boolean
): [found: Value, place: string] | undefined {
  const seen = new Set<Value>([root])
  let level: Array<[value: Value, way: string]> = [[root, '']]
  while (level.length > 0) {
    const next: typeof level = []
    for (const [value, way] of level) {
      if (matches(value)) return [value, way === '' ? 'the top' : way.replace(/^\./, '')]
      for (const [child, step] of childrenOf(value)) {
        if (skip(child, value) || child === null || typeof child !== 'object' || seen.has(child)) continue
        seen.add(child)
        next.push([child, way + step])
      }
    }
    level = next
  }
  return undefined
}

function* childrenOf(value: Value): Iterable<[child: Value, step: string]> {
  if (value instanceof Instance) {
    yield [value.type, '']
    yield* indexed(value.args)
    if (value.state instanceof Dict) yield* childrenOf(value.state)
    else if (value.state !== undefined) yield [value.state, '']
    if (value.items !== undefined) yield* indexed(value.items)
    if (value.entries !== undefined) yield* childrenOf(value.entries)
  } else if (value instanceof Dict) {
    for (const [key, item] of value.entries) yield [item, typeof key === 'string' ? `.${key}` : '[...]']
  } else if (Array.isArray(value)) yield* indexed(value)
  else if (value instanceof Tuple || value instanceof PySet) yield* indexed(value.items)
  else if (value instanceof NdArray && !(value.data instanceof Uint8Array)) yield* indexed(value.data)
}

function* indexed(items: readonly Value[]): Iterable<[child: Value, step: string]> {
  for (let i = 0; i < items.length; i++) yield [items[i], `[${i}]`]
}
