/** MurmurHash3 (x86, 32 bits, seed 0) of bytes, as a signed integer: scikit-learn's `murmurhash3_32`. */
export function murmurHash(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const length = end - start
  let hash = 0
  for (let i = start; i < end; i += 4) {
    let block = 0
    for (let k = Math.min(i + 4, end) - 1; k >= i; k--) block = (block << 8) | bytes[k]
    block = Math.imul(block, 0xcc9e2d51)
    hash ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593)
    if (i + 4 <= end) hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64
  }
  hash ^= length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** `FeatureHasher`'s column of a hash, of `size` columns. */
export function bucketOf(hash: number, size: number): number {
  return (hash === -0x80000000 ? 0x7fffffff - (size - 1) : Math.abs(hash)) % size
}
