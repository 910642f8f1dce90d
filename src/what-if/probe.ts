/** What a model answers to a row in which fields have other values. */
import { InputError, type Row } from '../errors/input-error.js'
import type { Model, Prediction } from '../model/types.js'

/** A prediction that no later one overwrites, or why there is none. */
export type Answered = Prediction | InputError

/** @returns the model's own answer to a row */
export function answerTo(model: Model, row: Row): Answered {
  try {
    const { values, classIndexes, defaulted } = model.predict(row)
    return { values: values.slice(), classIndexes: classIndexes.slice(), defaulted }
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

export function isSameAnswer(a: Answered, b: Answered): boolean {
  if (a instanceof InputError || b instanceof InputError) return a instanceof InputError && b instanceof InputError
  return a.values.every((value, i) => Object.is(value, b.values[i])) && a.classIndexes.every((index, i) => index === b.classIndexes[i])
}
