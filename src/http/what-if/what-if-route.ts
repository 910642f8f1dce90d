/** `POST .../what-if`: what would change the answer to a row. */
import type { TSchema } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { describeValue } from '../../errors/describe-value.js'
import { findNearName } from '../../model/near-names.js'
import { createFieldPicker } from '../../model/pick-fields.js'
import { InputError, type FieldProblem } from '../../model/types.js'
import { isUnrelated, unrelatedRowError } from '../../model/unrelated-row.js'
import type { WhatIfQuestion } from '../../threads/protocol.js'
import { capitalize } from '../openapi/operation-ids.js'
import type { ModelPluginOptions } from '../routes/model-route.js'
import { buildBodySchema, exampleRow } from '../rows/input-schema.js'
import { compileRowCheck } from '../rows/validator.js'
import { NOT_LOADED, Refusal } from '../shared/errors.js'
import { BODY, notObject } from '../shared/problems.js'
import { UNCHECKED } from '../shared/unchecked.js'
import { describeQuestion, describeWhatIfAnswers, ONLY, QUESTION_NAMES, WHAT_IF_MS } from './what-if-schema.js'

/** What one plugin says of its route. */
export interface WhatIfRoute {
  readonly path: string
  readonly operationId: string
  /** Name of the schema of a row. */
  readonly rowId: string
  readonly tag: string
  readonly summary: string
  /** Properties of the question that say which change is meant. */
  readonly goal: Readonly<Record<string, TSchema>>
  /** What every question says of the change, whoever asks. */
  readonly options?: Readonly<Record<string, unknown>>
}

/** No more unknown names are told of. */
const NAMED = 5

const ASKS = ['curve', 'nearest', 'cheapest'] as const

const DESCRIPTION = 'What is found is exact, to the last float64: the pieces of a curve, the nearest value of each field that ' +
  'changes the answer, the cheapest change of several fields.'

/** Adds `POST path` for a model whose rows have a schema already, or what stands in for it. */
export function addWhatIfRoute(
  app: FastifyInstance, { entry, config, metrics, threads }: ModelPluginOptions, route: WhatIfRoute
): void {
  const { model, name } = entry
  const schemaId = `${capitalize(route.operationId)}Question`
  const { operationId, tag, summary } = route
  const described = (body: object) => ({
    ...UNCHECKED,
    schema: { operationId, tags: [tag], summary, description: DESCRIPTION, body },
    config: { errors: describeWhatIfAnswers(config) }
  })
  if (model === undefined) {
    app.post(route.path, {
      ...described({ type: 'object' }),
      onRequest: (_request, _reply, next) => {
        next(new Refusal(NOT_LOADED))
      }
    }, () => undefined)
    return
  }
  const example = { row: exampleRow(model), ask: 'nearest' }
  app.addSchema(describeQuestion(schemaId, route.rowId, route.goal, example))
  const check = compileRowCheck(buildBodySchema(model, schemaId, config.strictInput))
  const pick = createFieldPicker(model.inputs)
  const names = [...QUESTION_NAMES, ...Object.keys(route.goal)]
  const count = metrics.rowCounter(name, 'what_if')
  app.post(route.path, {
    ...described({ $ref: `${schemaId}#` }),
    onResponse: (_request, { statusCode }, done) => {
      if (statusCode === 200) count(1, 0)
      else if (statusCode === 400 || statusCode === 422 || statusCode === 500) count(0, 1)
      done()
    }
  }, async ({ body }, reply) => {
    const { row: sent, ask, field, options } = readQuestion(body, names)
    const row = check(sent)
    // Before it is picked: it has all fields then.
    if (isUnrelated(model, row, model.predict(row).defaulted)) throw unrelatedRowError(model, row, 'row')
    const question = {
      ask, field, row: pick(row), maxMs: WHAT_IF_MS, options: ask === 'curve' ? options : { ...options, ...route.options }
    }
    const leave = threads.enter()
    try {
      const json = await threads.run('what-if', entry, question, () => reply.raw.destroyed)
      // Nobody waits for the answer any more.
      if (json === undefined) return await reply.hijack()
      return await reply.type('application/json; charset=utf-8').send(`{"status":"success",${json.slice(1)}`)
    } finally {
      leave()
    }
  })
}

interface Read extends Pick<WhatIfQuestion, 'ask' | 'field' | 'options'> {
  readonly row: unknown
}

/**
 * The parts of a question. What is in its options is checked by the thread, which knows what the model takes.
 * @throws InputError
 */
function readQuestion(body: unknown, names: readonly string[]): Read {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw notObject(body)
  const { row, ask: given, field, bounds, ...others } = body as Record<string, unknown>
  const ask = ASKS.find(one => one === given)
  const problems: FieldProblem[] = []
  if (ask === undefined) problems.push({ field: 'ask', expected: ASKS.join(', '), received: describeValue(given) })
  for (const name of Object.keys(body)) {
    if (problems.length >= NAMED) break
    const problem = describeName(name, names, ask)
    if (problem !== undefined) problems.push(problem)
  }
  if (!isObject(row)) problems.push({ field: 'row', expected: 'an object with a value per field', received: describeValue(row) })
  if (ask === 'curve' && typeof field !== 'string') {
    problems.push({ field: 'field', expected: 'the name of the field', received: describeValue(field) })
  }
  if (ask === undefined || problems.length > 0) throw new InputError(problems)
  if (bounds === undefined) return { row, ask, field, options: others }
  return { row, ask, field, options: { ...others, bounds: ask === 'curve' ? boundsOf(field, bounds) : bounds } }
}

/**
 * The bounds of the one field whose curve is asked for.
 * @throws InputError
 */
function boundsOf(field: unknown, bounds: unknown): unknown {
  const given = isObject(bounds) ? Object.entries(bounds) : []
  if (given.length === 1 && given[0][0] === field) return given[0][1]
  throw new InputError([{ field: 'bounds', expected: `an object with two numbers for ${String(field)}`, received: describeValue(bounds) }])
}

/** What is wrong with a name in a question: a mistyped one would be ignored in silence. */
function describeName(name: string, names: readonly string[], ask: WhatIfQuestion['ask'] | undefined): FieldProblem | undefined {
  if (!names.includes(name)) {
    const near = findNearName(name, names)
    const expected = `${names.join(', ')}${near === undefined ? '' : `; is ${near} meant?`}`
    return { field: name.slice(0, 40), expected, received: `another name in the ${BODY}` }
  }
  const { [name]: only } = ONLY
  if (ask === undefined || only === undefined || only.includes(ask)) return undefined
  return { field: name, expected: `none, or ask ${only.join(' or ')}`, received: `it with ask ${ask}` }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
