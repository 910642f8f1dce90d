/** What the page asks the service. All paths are relative to the page, so that a proxy may add a prefix. */
import type { Answer, FieldProblem } from '../../library/core.js'
import type { PageSettings } from '../../src/http/page/page-settings.js'
import type { ModelInfo, Row } from './types.js'

/** Most rows of one request. */
const ROWS_AT_ONCE = 500

/** An answer of the service that is an error. */
export class ServiceError extends Error {
  constructor(message: string, readonly problems: readonly FieldProblem[] = []) {
    super(message)
  }
}

/** @param base address of the page */
export const createService = (base: string) => ({
  settings: async () => getJson<PageSettings>(new URL('page/service.json', base)),
  info: async (name: string) => getJson<ModelInfo>(new URL(`models/${name}`, base)),
  dump: async (name: string) => getJson<unknown>(new URL(`page/models/${name}.json`, base)),
  predict: async (name: string, row: Row) => postJson<Answer>(new URL(`models/${name}/predict`, base), row),
  /** @returns an answer, or what is wrong with it, for each row */
  async predictRows(name: string, rows: readonly Row[]): Promise<Array<Answer | ServiceError>> {
    const answers: Array<Answer | ServiceError> = []
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const instances = rows.slice(start, start + ROWS_AT_ONCE)
      const url = new URL(`models/${name}/predict/batch`, base)
      const { predictions } = await postJson<{ predictions: Array<Answer & ErrorBody> }>(url, { instances })
      answers.push(...predictions.map(one => one.status === 'error' ? toError(one) : one))
    }
    return answers
  }
})

export type Service = ReturnType<typeof createService>

interface ErrorBody {
  readonly status?: string
  readonly message?: string
  readonly errors?: readonly FieldProblem[]
}

function toError({ message = '', errors }: ErrorBody): ServiceError {
  return new ServiceError(message, errors)
}

async function getJson<T>(url: URL): Promise<T> {
  return readAnswer<T>(await fetch(url))
}

async function postJson<T>(url: URL, body: unknown): Promise<T> {
  return readAnswer<T>(await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  }))
}

async function readAnswer<T>(response: Response): Promise<T> {
  const body = await response.json().catch(() => undefined) as (T & ErrorBody) | undefined
  if (response.ok && body !== undefined) return body
  throw toError({ message: `${response.status} ${response.statusText}`, ...body })
}
