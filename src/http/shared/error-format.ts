/** The shape of error answers. A part of the service may have its own, for all that is below its path. */
import type { FieldProblem } from '../../model/types.js'
import { errorBody } from './error-body.js'
import { pathOf } from './path.js'

/** What an error says, such as an InputError. */
export interface ErrorText {
  readonly message: string
  readonly problems?: readonly FieldProblem[]
}

export interface ErrorFormat {
  /** Content-Type of the answer. */
  readonly type: string
  readonly body: (text: ErrorText) => object
}

/** That of the service. */
export const ERROR_FORMAT: ErrorFormat = {
  type: 'application/json; charset=utf-8',
  body: ({ message, problems }) => errorBody(message, problems)
}

/** For errors outside of any route, which have a path at most. */
export class ErrorFormats {
  private readonly formats = new Map<string, ErrorFormat>()

  /** @param path of the part, without a slash at its end */
  add(path: string, format: ErrorFormat): void {
    this.formats.set(path, format)
  }

  /** @param url of the request, without the prefix */
  at(url: string): ErrorFormat {
    const asked = pathOf(url)
    const found = [...this.formats].find(([path]) => asked === path || asked.startsWith(`${path}/`))
    return found?.[1] ?? ERROR_FORMAT
  }
}
