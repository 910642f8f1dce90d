/** What an error says: a stable name for programs, and words for people, which may change. */
import type { FieldProblem, InputError } from '../../model/types.js'

/** The status of each error, by its code. Codes are part of the interface: new ones may join, none is renamed. */
export const ERROR_STATUS = {
  invalid_request: 400,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  too_many_rows: 413,
  answer_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  not_computable: 422,
  headers_too_large: 431,
  internal_error: 500,
  model_not_loaded: 500,
  /** Of a proxy in front of the service, as deploy/nginx.conf has it; so is the last one. */
  bad_gateway: 502,
  busy: 503,
  gateway_timeout: 504
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

export const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[]

export interface ErrorText {
  readonly code: ErrorCode
  readonly message: string
  /** Every value that cannot be used, of an `invalid_request`. */
  readonly problems?: readonly FieldProblem[]
}

/** The code of an error that only has a status; that of the first one with this status. */
export function codeOf(status: number): ErrorCode {
  const known = ERROR_CODES.find(code => ERROR_STATUS[code] === status)
  return known ?? (status < 500 ? 'invalid_request' : 'internal_error')
}

/** What is said of values that cannot be used. */
export function invalidRequest({ message, problems }: InputError): ErrorText {
  return { code: 'invalid_request', message, problems }
}
