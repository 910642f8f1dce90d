// The polynomial of ECMA-182, mirrored, in two halves.
const LOW = 0xd7870f42 | 0
const HIGH = 0xc96c5795 | 0

const TABLE_LOW = new Int32Array(256)
const TABLE_HIGH = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let low = byte
  let high = 0
  for (let bit = 0; bit < 8; bit++) {
    const odd = -(low & 1)
    low = (low >>> 1 | high << 31) ^ odd & LOW
    high = high >>> 1 ^ odd & HIGH
  }
  TABLE_LOW[byte] = low
  TABLE_HIGH[byte] = high
}

/** The CRC-64 of `bytes` that .xz files use: 8 bytes, least significant first. */
export function crc64(bytes: Uint8Array): Uint8Array {
  let low = -1
  let high = -1
  for (let i = 0; i < bytes.length; i++) {
    const index = (low ^ bytes[i]) & 0xff
    low = (low >>> 8 | high << 24) ^ TABLE_LOW[index]
    high = high >>> 8 ^ TABLE_HIGH[index]
  }
  const crc = new DataView(new ArrayBuffer(8))
  crc.setInt32(0, ~low, true)
  crc.setInt32(4, ~high, true)
  return new Uint8Array(crc.buffer)
}
