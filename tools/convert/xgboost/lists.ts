import type { JsonPlace } from '../common/json-place.js'
import type { NumberArray } from './ubjson.js'

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

/** Number of elements of a list, of numbers of one type or of anything. */
export function countItems(list: JsonPlace): number {
  const { value } = list
  return Array.isArray(value) || isNumberArray(value) ? value.length : list.fail('a list')
}

/**
 * A list of numbers: JSON's, or a block of a UBJSON file. true and false count as 1 and 0, and null as NaN.
 * @param length how many there must be
 * @returns [length]
 * @throws ConvertError naming the list, or the element that is not a number
 */
export function readNumbers(list: JsonPlace, length = countItems(list)): Float64Array {
  const { value } = list
  if (countItems(list) !== length) list.fail(`a list of ${length}, as many as the others have`)
  if (isNumberArray(value)) return Float64Array.from(value)
  const numbers = new Float64Array(length)
  const items = value as unknown[]
  for (let i = 0; i < length; i++) {
    const item = items[i]
    if (typeof item === 'number' || typeof item === 'boolean') numbers[i] = Number(item)
    else numbers[i] = item === null ? NaN : list.items()[i].number()
  }
  return numbers
}

/**
 * The same for whole numbers.
 * @throws ConvertError naming the first that is not in low..high
 */
export function readIntegers(list: JsonPlace, low: number, high: number, length?: number): Float64Array {
  const numbers = readNumbers(list, length)
  const wrong = numbers.findIndex(number => !(Number.isInteger(number) && number >= low && number <= high))
  if (wrong >= 0) list.fail(`whole numbers in ${low}..${high}, but element ${wrong} is ${numbers[wrong]}`)
  return numbers
}

/** A parameter, which XGBoost writes as text: "6", or "5E-1". */
export function readParameter(place: JsonPlace): number {
  const { value } = place
  if (typeof value === 'number') return place.number()
  if (typeof value !== 'string' || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) return place.fail('a number as text')
  return Number(value)
}

/** A whole number as text; `absent` where an older version did not write it. */
export function readCount(place: JsonPlace, low: number, high: number, absent?: number): number {
  if (place.isAbsent && absent !== undefined) return absent
  const number = readParameter(place)
  return Number.isInteger(number) && number >= low && number <= high
    ? number
    : place.fail(`a whole number in ${low}..${high} as text`)
}
