/** JSON documents changed by structure: numbers, keys, lengths, types, nesting, and pointers among a tree's nodes. */
import { below, pick, times, type Random } from './random.js'

export type Json = null | boolean | number | string | Json[] | JsonObject

export interface JsonObject { [key: string]: Json }

const NUMBERS = [
  0, -0, 1, -1, 2, 3, 0.5, -0.5, 7, 100, 255, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 1e20,
  1e308, -1e308, 5e-324, 1e39, -1e39
]
const TEXTS = [
  '', 'x', '__proto__', 'constructor', 'toString', '$ref', 'NaN', 'Infinity', '0', '\u0000', '\ud800', '\ufeff', 'é'
]
const VALUES: readonly Json[] = [null, true, false, 0, 'x', [], {}, [[]], [null], { x: 1 }]

/** Each may double a document. */
const MOST = 6
const MAX_TEXT = 10_000

/** Where something is: a container and the key in it. */
interface Spot {
  readonly holder: Json[] | JsonObject
  readonly key: string | number
}

function isHolder(value: Json): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null
}

function read({ holder, key }: Spot): Json {
  return (holder as Record<string | number, Json>)[key]
}

function write({ holder, key }: Spot, value: Json): void {
  // A key such as __proto__ must become a property like any other.
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Any place, and those near the root as often as those in long arrays. */
function drawSpot(root: JsonObject, random: Random): Spot {
  let holder: Spot['holder'] = root
  for (;;) {
    const keys: ReadonlyArray<string | number> = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder)
    if (keys.length === 0) return { holder: root, key: pick(random, Object.keys(root)) }
    const key = pick(random, keys)
    const value = read({ holder, key })
    if (!isHolder(value) || Object.keys(value).length === 0 || random() < 0.2) return { holder, key }
    holder = value
  }
}

function changeNumber(value: number, random: Random): number {
  const chance = random()
  if (chance < 0.3) return pick(random, NUMBERS)
  if (chance < 0.5) return -value
  if (chance < 0.7) return value + pick(random, [-1, 1])
  if (chance < 0.85) return value * pick(random, [2, 0.5, 10, 1e10, 1 + 2 ** -52])
  return below(random, 64)
}

function changeArray(array: Json[], random: Random): void {
  const i = below(random, array.length)
  const j = below(random, array.length)
  switch (below(random, 7)) {
    case 0: array.length = i; break
    case 1: array.splice(i, 1); break
    case 2: array.splice(i, 0, array[j] ?? null); break
    case 3: array.reverse(); break
    case 4: array.push(...array.slice(0, 100)); break
    case 5: [array[i], array[j]] = [array[j], array[i]]; break
    // Pointers of nodes, indexes of columns and of classes: others that could be right.
    default:
      for (let n = times(random); n > 0; n--) array[below(random, array.length)] = below(random, array.length + 1)
  }
}

function changeObject(object: JsonObject, random: Random): void {
  const key = pick(random, Object.keys(object))
  const value = object[key]
  if (random() < 0.5) Reflect.deleteProperty(object, key)
  if (random() < 0.5) write({ holder: object, key: pick(random, [...TEXTS, ...Object.keys(object)]) }, value)
}

function mutateOnce(root: JsonObject, random: Random): void {
  const spot = drawSpot(root, random)
  const value = read(spot)
  const chance = random()
  if (chance < 0.1) write(spot, structuredClone(pick(random, VALUES)))
  else if (chance < 0.2) write(spot, copyOf(read(drawSpot(root, random))))
  else if (chance < 0.25) write(spot, random() < 0.5 ? [value] : { value })
  else if (typeof value === 'number') write(spot, changeNumber(value, random))
  else if (typeof value === 'string') write(spot, random() < 0.8 ? pick(random, TEXTS) : lengthen(value, random))
  else if (Array.isArray(value) && value.length > 0) changeArray(value, random)
  else if (isHolder(value) && !Array.isArray(value) && Object.keys(value).length > 0) changeObject(value, random)
  else write(spot, structuredClone(pick(random, VALUES)))
}

/** Things copied into themselves would grow without end. */
function copyOf(value: Json): Json {
  const text = JSON.stringify(value)
  return text.length < 100_000 ? JSON.parse(text) as Json : null
}

function lengthen(text: string, random: Random): string {
  return text.repeat(1 + below(random, 300)).slice(0, MAX_TEXT)
}

/** Changes `root` itself. */
export function mutateJson(root: JsonObject, random: Random): void {
  for (let left = Math.min(times(random), MOST); left > 0 && Object.keys(root).length > 0; left--) {
    mutateOnce(root, random)
  }
}
