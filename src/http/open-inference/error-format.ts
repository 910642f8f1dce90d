/** Errors as the protocol has them. */
import type { ErrorFormat } from '../shared/error-format.js'

export const OPEN_INFERENCE_FORMAT: ErrorFormat = {
  // JSON has no charset, and KServe's client shows an error only when the type is just this.
  type: 'application/json',
  body: ({ message }) => ({ error: message })
}
