/** The answer to one row, with what was asked for besides. */
import type { FastifyReply } from 'fastify'
import type { Model, Prediction, Row } from '../../model/types.js'
import { restoreError } from '../../threads/restore-error.js'
import { extendAnswer, headersOf, type RequestExtras } from '../explain/extras.js'
import { gatherRows } from '../rows/gather-rows.js'
import type { Predicted } from '../rows/row-answerer.js'

/** A plain answer, and the prediction that it is of, which is its own. */
interface Answered {
  readonly plain: Record<string, unknown>
  readonly prediction: Prediction
}

/**
 * @param answer as for plain answers
 * @param schema of these
 * @returns what answers a request's row, which is checked, and closes its extras
 */
export function createExtendedAnswerer(
  model: Model, answer: (predicted: Predicted) => object, schema: object
): (row: Row, reply: FastifyReply, extras: RequestExtras) => Promise<FastifyReply> {
  const gather = gatherRows(model, (predicted): Answered =>
    ({ plain: { ...answer(predicted) }, prediction: copyPrediction(predicted.prediction) }))
  return async (row, reply, extras) => {
    try {
      const answered = await new Promise<unknown>(resolve => gather(row, { send: resolve }))
      if (answered instanceof Error) throw answered
      const { plain, prediction } = answered as Answered
      const serialize = reply.compileSerializationSchema(schema as Record<string, unknown>)
      const text = serialize(plain)
      const explained = extras.explaining === undefined ? [] : await extras.explaining.ask([row])
      // Nobody waits for the answer any more.
      if (explained === undefined) return await reply.hijack()
      const [one] = explained
      if (one !== undefined && 'failure' in one) throw restoreError(one.failure)
      return await reply.type('application/json; charset=utf-8').headers(headersOf(extras))
        .send(extendAnswer(text, extras.list(prediction), one?.json))
    } finally {
      extras.close()
    }
  }
}

function copyPrediction({ values, classIndexes, defaulted }: Prediction): Prediction {
  return { values: values.slice(), classIndexes: classIndexes.slice(), defaulted }
}
