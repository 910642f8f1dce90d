/** Chance that can be had again: everything about a case is drawn from the seed and the case's number. */

/** From 0 to below 1. */
export type Random = () => number

/** Numbers that do not depend on how many other cases were drawn before this one. */
export function randomOf(seed: number, kind: string, number: number): Random {
  let state = mix(seed ^ 0x9e3779b9)
  for (const character of kind) state = mix(state ^ (character.codePointAt(0) ?? 0))
  state = mix(state ^ number)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    return mix(state) / 2 ** 32
  }
}

/** 32 bits that differ in half of their places when one of `bits` differs; the finalizer of MurmurHash3. */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** @returns a whole number from 0 to below `end`, 0 when that is 0 */
export function below(random: Random, end: number): number {
  return Math.floor(random() * end)
}

/** @throws RangeError when there is nothing to pick from */
export function pick<T>(random: Random, items: ArrayLike<T>): T {
  if (items.length === 0) throw new RangeError('nothing to pick from')
  return items[below(random, items.length)]
}

/** How often to do something: once mostly, rarely many times. */
export function times(random: Random): number {
  return 1 + Math.floor(-Math.log2(1 - random()))
}
