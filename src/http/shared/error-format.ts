/** The shape of error answers. A part of the service may have its own, for all that is below its path. */
import type { IncomingHttpHeaders } from 'node:http'
import { errorBody, problemBody } from './error-body.js'
import type { ErrorText } from './error-text.js'
import { pathOf } from './path.js'

export interface ErrorFormat {
  /** Content-Type of the answer. */
  readonly type: string
  readonly body: (text: ErrorText, status: number) => object
}

/** That of the service. */
const ERROR_FORMAT: ErrorFormat = {
  type: 'application/json; charset=utf-8',
  body: errorBody
}

/** That of RFC 9457, for callers who ask for it. */
const PROBLEM_FORMAT: ErrorFormat = { type: 'application/problem+json', body: problemBody }

/**
 * Whether a caller wants the format of RFC 9457 instead of the service's own: only who names it, since whoever takes
 * anything was answered with the service's own before there was another.
 * @param accept header of the request
 */
export function formatFor(accept: string | undefined): ErrorFormat {
  return accept !== undefined && accept.length <= MAX_ACCEPT && PROBLEM.test(accept) ? PROBLEM_FORMAT : ERROR_FORMAT
}

const PROBLEM = /(?:^|,)\s*application\/problem\+json\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))/i

/** A longer header is nobody's, and not searched. */
const MAX_ACCEPT = 1000

/** For errors outside of any route, which have a path at most. */
export class ErrorFormats {
  private readonly formats = new Map<string, ErrorFormat>()

  /** @param path of the part, without a slash at its end */
  add(path: string, format: ErrorFormat): void {
    this.formats.set(path, format)
  }

  /** @param request whose URL has no prefix any more; undefined when the bytes never became one */
  of(request: { readonly url?: string | undefined, readonly headers: IncomingHttpHeaders } | undefined): ErrorFormat {
    const asked = pathOf(request?.url ?? '')
    const found = [...this.formats].find(([path]) => asked === path || asked.startsWith(`${path}/`))
    return found?.[1] ?? formatFor(request?.headers.accept)
  }
}
