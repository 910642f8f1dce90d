import { ConvertError } from './errors/convert-error.js'

/**
 * JSON has finite numbers only, and so has a dump: where a model may hold others, the format has words for them.
 * @param value a dump, or a part of it
 * @throws ConvertError naming the first place where another number came out of the file
 */
export function checkFinite(value: unknown, place = ''): void {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return
    throw place.startsWith('golden')
      ? new ConvertError(`The model answers a row with ${value} (${place}): expected finite numbers.`, {
        hint: 'Numbers of the file are so large that their sum overflows, or it is damaged.'
      })
      : new ConvertError(`${place}: expected a finite number, the file has ${value} there.`, {
        hint: 'The model was fitted on such numbers, or the file is damaged: fit it again without them, or copy the file again.'
      })
  }
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    // Lists of millions of numbers are passed over without making names of their places.
    value.forEach((item: unknown, i) => {
      if (typeof item === 'number' ? !Number.isFinite(item) : typeof item === 'object') checkFinite(item, `${place}[${i}]`)
    })
    return
  }
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'number' ? !Number.isFinite(item) : typeof item === 'object') {
      checkFinite(item, place === '' ? key : `${place}.${key}`)
    }
  }
}
