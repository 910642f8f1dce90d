/** Marsaglia's 32-bit xorshift: numbers in [0, 1), enough for sample rows. */
export function xorshift32(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
