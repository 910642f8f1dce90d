/** What all decompressors share: where the bytes go, bounded, and how they say that something is wrong. */
import { constants } from 'node:buffer'
import { ContainerError } from '../errors/convert-error.js'

const RESAVE = 're-save the model with joblib.dump(model, "model.pkl", compress=0).'

/** The input ends before the container does. `where` names the container and the place, e.g. "bz2, block 2". */
export function truncated(where: string): ContainerError {
  return new ContainerError(`${where}: the file ends in the middle of the compressed data.`, {
    hint: `It is incomplete: copy or download it again, or ${RESAVE}`
  })
}

/** The bytes at `where` contradict the format or a checksum. `problem` says how, without a full stop. */
export function corrupt(where: string, problem: string, cause?: unknown): ContainerError {
  return new ContainerError(`${where}: ${problem}.`, {
    hint: `The file is damaged: copy or download it again, or ${RESAVE}`,
    cause
  })
}

/** The container is sound as far as one can tell, but uses an option that no writer of model files uses. */
export function unsupported(where: string, problem: string): ContainerError {
  return new ContainerError(`${where}: ${problem}.`, {
    hint: `Decompress the file with its own tool first, or ${RESAVE}`
  })
}

/** The content has, or declares, more than `maxBytes` bytes. */
export function tooLarge(where: string, maxBytes: number, declared?: number): ContainerError {
  const excess = declared === undefined ? 'the content is larger' : `declares ${declared} bytes of content, more`
  return new ContainerError(`${where}: ${excess} than the limit of ${maxBytes} bytes.`, {
    hint: 'If you trust the file, decompress it with its own tool and convert the result.'
  })
}

/** `value` as eight hexadecimal digits, for checksums in messages. */
export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}

/** Throws `corrupt` if a 32-bit checksum of the content is not the one that the file declares. */
export function check32(where: string, name: string, actual: number, declared: number): void {
  if ((actual ^ declared) !== 0) {
    throw corrupt(where, `${name} is ${hex32(actual)} where the file says ${hex32(declared)}`)
  }
}

const FIRST_CAPACITY = 1 << 16

/**
 * A growing byte array of at most `maxBytes`. It grows geometrically and only as bytes arrive, whatever sizes a file
 * declares. Decompressors write into `buffer` directly after `reserve` and then move `length`; the bytes written so
 * far are their dictionary, so no window is allocated beside it.
 */
export class OutputBuffer {
  buffer = new Uint8Array(0)
  length = 0

  /** @param where Name of the container, for the error. */
  constructor(readonly where: string, readonly maxBytes: number) {}

  /** Makes `buffer` hold `end` bytes. @throws {ContainerError} if that is over `maxBytes`, or over this machine. */
  reserve(end: number): void {
    if (end <= this.buffer.length) return
    if (end > this.maxBytes) throw tooLarge(this.where, this.maxBytes)
    const capacity = Math.min(Math.max(end, this.buffer.length * 2, FIRST_CAPACITY), this.maxBytes)
    let grown
    try {
      grown = new Uint8Array(Math.min(capacity, Math.max(end, constants.MAX_LENGTH)))
    } catch (cause) {
      throw new ContainerError(`${this.where}: no memory for ${capacity} bytes of content.`, { cause })
    }
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
  }

  /** Appends bytes as they are. */
  append(bytes: Uint8Array): void {
    this.reserve(this.length + bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  /** The bytes written so far, a view. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }
}
