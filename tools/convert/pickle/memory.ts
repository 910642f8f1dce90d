/**
 * What reading a file may take. A byte of a file can make an object of hundreds of bytes, and a small compressed file
 * is millions of such bytes: what is made is counted in bytes of memory and bounded by the size of the file as it is.
 */
import { ConvertError } from '../errors/convert-error.js'

/** Roughly what V8 takes, in bytes. An entry is a reference and what makes room for it to grow. */
export const COST = {
  opcode: 4, entry: 16, mapEntry: 48, text: 32, slice: 160,
  tuple: 80, list: 48, dict: 256, set: 80, name: 640, instance: 160, array: 320
} as const

const BASE = 64 * 2 ** 20
const MOST = 2 ** 30

/** Forests are arrays, which are read where they stand. Lists of lists of numbers take less than this. */
const PER_BYTE = 32

export class Memory {
  private left: number

  /** @param fileBytes size of the file before it was decompressed */
  constructor(fileBytes: number) {
    this.left = Math.min(BASE + PER_BYTE * fileBytes, MOST)
  }

  /** @throws ConvertError when a file makes more than one of its size may */
  take(bytes: number): void {
    this.left -= bytes
    if (this.left < 0) {
      throw new ConvertError('the objects of this file take far more memory than a model of its size', {
        hint: 'If you trust the file, load it in Python and save the model alone, without its data: joblib.dump(model, "model.pkl").'
      })
    }
  }
}
