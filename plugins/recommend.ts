/** `POST /recommend`: the offer that suits a customer. */
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { finite } from '../src/http/rows/finite.js'
import { whyNoProbabilities, type FirstClassModel } from '../src/http/routes/first-class.js'
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

const PATH = '/recommend'
const TAG = { name: 'recommendation', description: 'Which offer suits a customer.' }

const plugin: FastifyPluginAsync<ModelPluginOptions> = async (app, options) => {
  addModelRoute<RecommendResponse>(app, options, {
    path: PATH,
    operationId: 'recommend',
    tag: TAG.name,
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
}

export const recommend: FirstClassModel = {
  name: 'recommend',
  path: PATH,
  tag: TAG,
  plugin,
  whyUnsuitable: model => whyNoProbabilities(model, PATH),
  listColumns: ({ outputs: [{ classes = [] }] }) => [
    { name: 'offer_name', kind: 'label', read: ({ classIndexes: [best] }) => String(classes[best]) },
    { name: 'confidence', kind: 'share', read: ({ classIndexes: [best], values }) => values[best] }
  ]
}
