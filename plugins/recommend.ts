/** `POST /recommend`: the offer that suits a customer. */
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginCallback } from 'fastify'
import { finite } from '../src/http/rows/finite.js'
import { addModelRoute, type ModelPluginOptions } from '../src/http/routes/model-route.js'

const RecommendResponseSchema = Type.Object(
  {
    status: Type.Literal('success'),
    offer_name: Type.String({ description: 'The most probable offer; the first of them when several are.' }),
    confidence: Type.Number({ minimum: 0, maximum: 1, description: 'Its probability, unrounded.' }),
    offer_type: Type.Literal('AUTO_MAPPED'),
    defaulted: Type.Optional(
      Type.Array(Type.String(), { description: 'Fields that counted as a fallback. Absent when there are none.' })
    )
  },
  {
    description: 'The offer.',
    examples: [{ status: 'success', offer_name: 'Data Booster', confidence: 0.92, offer_type: 'AUTO_MAPPED' }]
  }
)

type RecommendResponse = Static<typeof RecommendResponseSchema>

const recommend: FastifyPluginCallback<ModelPluginOptions> = (app, options, done) => {
  addModelRoute<RecommendResponse>(app, options, {
    path: '/recommend',
    operationId: 'recommend',
    tag: 'recommendation',
    summary: 'Recommend an offer to a customer',
    response: RecommendResponseSchema,
    answersUnrelated: true,
    answer: ({ outputs: [offers] }, { classIndexes: [best], values }) => ({
      status: 'success',
      offer_name: String(offers.classes?.[best]),
      confidence: finite(values[best], 'confidence'),
      offer_type: 'AUTO_MAPPED'
    })
  })
  done()
}

export default recommend
