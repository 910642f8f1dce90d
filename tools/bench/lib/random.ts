/** Numbers that look random and are the same each time. */

export interface Random {
  /** From 0 up to, but not, 1. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** A whole number from 0 up to, but not, n. */
  below(n: number): number
  /** The same things in a random order. */
  shuffle<T>(things: readonly T[]): T[]
}

/** Mulberry32: 32 bits of state, enough for rows and trees. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const uniform = () => {
    state = state + 0x6D2B79F5 >>> 0
    let x = Math.imul(state ^ state >>> 15, state | 1)
    x = x + Math.imul(x ^ x >>> 7, x | 61) ^ x
    return ((x ^ x >>> 14) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(uniform() * n)
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below,
    shuffle: things => {
      const shuffled = [...things]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const i = below(last + 1)
        const moved = shuffled[i]
        shuffled[i] = shuffled[last]
        shuffled[last] = moved
      }
      return shuffled
    }
  }
}
