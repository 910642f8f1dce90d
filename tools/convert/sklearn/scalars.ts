/** Reading of parameters that several transformers have. */
import { NdArray } from '../pickle/numpy.js'
import type { Located } from '../common/located.js'

/** A number or NaN, bools included, as `unknown_value` may be. */
export function readEncodedValue(value: Located): number {
  return typeof value.value === 'boolean' ? Number(value.value) : value.number()
}

/** All numbers of a list of columns that must be finite, such as `scale_`. */
export function readFinite(array: Located, length: number): number[] {
  const numbers = [...array.floats(length)]
  if (!numbers.every(Number.isFinite)) {
    array.fail('finite numbers', 'A column without a single value was fitted: drop it, fit again and save.')
  }
  return numbers
}

/** Whether an array is of float32: what scikit-learn computes of it alone, and not of a row, is float32 as well. */
export function isFloat32({ value }: Located): boolean {
  return value instanceof NdArray && value.dtype?.code === 'f4'
}
