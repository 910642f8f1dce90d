import { Refusal } from '../http/shared/errors.js'
import { InputError } from '../model/types.js'
import type { Failure } from './protocol.js'

/** The error that a thread had, as the service's own thread would have thrown it. */
export function restoreError(failure: Failure): Error {
  switch (failure.kind) {
    case 'input': return new InputError(failure.problems)
    case 'unsuitable': return new Refusal({ code: 'not_computable', message: failure.message })
    case 'changed': return new Refusal({ code: 'model_not_loaded', message: failure.message })
    case 'unexpected': {
      const error = new Error(failure.message)
      if (failure.stack !== undefined) error.stack = failure.stack
      return error
    }
  }
}
