import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { constants } from 'node:buffer'
import { corrupt, tooLarge, truncated } from './output-buffer.js'

/** What node:zlib takes. */
const LEAST_CHUNK = 64
const MIN_CHUNK = 1 << 14
const MAX_CHUNK = 1 << 22

/** The content of one zlib stream, with nothing after it. @throws {ContainerError} */
export function decompressZlib(bytes: Uint8Array, maxBytes: number, where: string): Uint8Array {
  const { content, used } = run(inflateSync, bytes, maxBytes, where)
  if (used < bytes.length) throw corrupt(where, `${bytes.length - used} bytes follow the end of the stream`)
  return content
}

/** The content of all members of a gzip file; zero bytes may follow, as gzip allows. @throws {ContainerError} */
export function decompressGzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const { content, used } = run(gunzipSync, bytes, maxBytes, 'gzip')
  if (bytes.subarray(used).some(byte => byte !== 0)) {
    throw corrupt('gzip', `other bytes follow the end of the last member at byte ${used}`)
  }
  return content
}

/** The content of a deflated member of an archive, which has `size` bytes. @throws {ContainerError} */
export function inflateRaw(bytes: Uint8Array, size: number, where: string): Uint8Array {
  // One chunk, no larger than the content, which may be kept for long.
  const chunkSize = Math.min(Math.max(size + 1, LEAST_CHUNK), MAX_CHUNK)
  const { content, used } = run(inflateRawSync, bytes, size, where, chunkSize)
  if (used < bytes.length) throw corrupt(where, `${bytes.length - used} bytes follow the end of the stream`)
  return content
}

/** With the option `info`, which its types leave out, node:zlib also returns its engine, which counts the input. */
interface Info {
  buffer: Uint8Array
  engine: { bytesWritten: number }
}

function run(
  decompress: (bytes: Uint8Array, options: ZlibOptions) => unknown, bytes: Uint8Array, maxBytes: number, where: string,
  chunkSize = Math.min(Math.max(bytes.length * 2, MIN_CHUNK), MAX_CHUNK)
): { content: Uint8Array, used: number } {
  try {
    const { buffer, engine } = decompress(bytes, {
      info: true,
      // Node allocates chunk by chunk as bytes arrive, so a bomb costs no more than the limit and a chunk.
      maxOutputLength: Math.min(Math.max(maxBytes, 1), constants.MAX_LENGTH),
      chunkSize
    }) as Info
    if (buffer.length > maxBytes) throw tooLarge(where, maxBytes)
    return { content: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), used: engine.bytesWritten }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(where, maxBytes)
    if (error.code === 'Z_BUF_ERROR') throw truncated(where)
    throw corrupt(where, `zlib says "${error.message}"`, error)
  }
}
