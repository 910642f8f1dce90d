/** `POST /models/{name}/compare`: the prediction of a row, and why it is another one than that of a reference row. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { InputError, type FieldProblem, type Row } from '../../model/types.js'
import { isUnrelated, unrelatedRowError } from '../../model/unrelated-row.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { describeThreadsBusy } from '../explain/explanation-schema.js'
import { RouteExtras, type Extras } from '../explain/extras.js'
import { buildBodySchema } from '../rows/input-schema.js'
import { createAnswerer } from '../rows/row-answerer.js'
import { compileRowCheck } from '../rows/validator.js'
import { NOT_LOADED, Refusal, notJson, tooLarge } from '../shared/errors.js'
import { absentKey, BODY, notObject } from '../shared/problems.js'
import { UNCHECKED } from '../shared/unchecked.js'
import { createExtendedAnswerer } from './extended-answer.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { nameAnswer, nameRow } from '../openapi/operation-ids.js'
import type { ModelPluginOptions, ModelRoute } from './model-route.js'

/** What one plugin says of the route. */
interface CompareRoute<Answer extends object> extends ModelRoute<Answer> {
  readonly extras: Extras
  /** Name of the operation whose schemas rows and answers have. */
  readonly schemasOf: string
}

/** The keys of a body, each with a row. */
const KEYS = ['row', 'reference'] as const

/**
 * Adds the route. There is none for many rows: each comparison asks thousands of predictions.
 * @param route with the schemas of a route that has been added
 */
export function addCompareRoute<Answer extends object>(
  app: FastifyInstance, { entry, config, metrics, threads }: ModelPluginOptions, route: CompareRoute<Answer>
): void {
  const { model, name } = entry
  const rowId = nameRow(route.schemasOf)
  const errors: RouteErrors = {
    200: {
      description: route.response.description,
      content: { 'application/json': { schema: { $ref: `${nameAnswer(route.schemasOf)}#` } } }
    },
    400: { $ref: 'BadRequest#' },
    413: describeErrorAnswer('The body is too large.', tooLarge(config.bodyLimitBytes)),
    415: describeErrorAnswer('The body is not JSON.', notJson('text/plain')),
    500: describeErrorAnswer('The model is not loaded, or something failed that should not.', NOT_LOADED),
    503: describeThreadsBusy(config)
  }
  const options = {
    schema: {
      operationId: route.operationId,
      tags: [route.tag],
      summary: route.summary,
      description: 'Each field that differs between the two rows has its Shapley value: their sum is what the answers ' +
        'differ by. It works for every model, also for those that have no exact explanation of their own.',
      querystring: { type: 'object', properties: route.extras.query },
      body: model === undefined ? { type: 'object' } : {
        type: 'object', required: KEYS, additionalProperties: false,
        properties: Object.fromEntries(KEYS.map(key => [key, { $ref: `${rowId}#` }]))
      },
      response: { 200: route.response }
    },
    ...UNCHECKED,
    config: { errors }
  }
  if (model === undefined) {
    app.post(route.path, {
      ...options,
      onRequest: (_request: FastifyRequest, _reply: FastifyReply, next: (error: Error) => void) => {
        next(new Refusal(NOT_LOADED))
      }
    }, () => undefined)
    return
  }

  const check = compileRowCheck(buildBodySchema(model, rowId, config.strictInput, route.extra))
  const extras = new RouteExtras(route.extras, threads, entry, model)
  const answer = createExtendedAnswerer(model, createAnswerer(
    model, route.answer.bind(route), fields => metrics.countDefaulted(name, fields), row => {
      throw unrelatedRowError(model, row, 'row')
    }
  ), route.response)
  const countRows = metrics.rowCounter(name, 'explain')
  /** @throws InputError with the problems of both rows */
  const readRows = (body: Row): Row[] => {
    const problems: FieldProblem[] = []
    const rows = KEYS.map(key => {
      try {
        const row = check(body[key])
        if (key === 'reference' && isUnrelated(model, row, model.predict(row).defaulted)) {
          throw unrelatedRowError(model, row, BODY)
        }
        return row
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        problems.push(...error.problems.map(problem => inRow(problem, key)))
        return {}
      }
    })
    if (problems.length > 0) throw new InputError(problems)
    return rows
  }
  app.post<{ Body: unknown }>(route.path, {
    ...options,
    onResponse: (_request, { statusCode }, done) => {
      if (statusCode === 200) countRows(1, 0)
      else if (statusCode === 400 || statusCode === 500) countRows(0, 1)
      done()
    }
  }, (request, reply) => {
    const [row, reference] = readRows(readBody(request.body))
    const asked = extras.openQuery(request, reply, reference)
    if (asked === undefined) throw new Error('a comparison asks for an explanation')
    return answer(row, reply, asked)
  })
}

/** @throws InputError */
function readBody(body: unknown): Row {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw notObject(body)
  }
  const problems: FieldProblem[] = KEYS.filter(key => !Object.hasOwn(body, key))
    .map(key => absentKey(key, 'an object with the fields of a row'))
  const other = Object.keys(body).find(key => !KEYS.some(known => known === key))
  if (other !== undefined) {
    problems.push({ field: other.slice(0, 40), expected: 'row and reference alone', received: 'another key' })
  }
  if (problems.length > 0) throw new InputError(problems)
  return body as Row
}

/** Says which of the two rows has a problem. */
function inRow(problem: FieldProblem, key: string): FieldProblem {
  return { ...problem, field: problem.field === BODY ? key : `${key}.${problem.field}` }
}
