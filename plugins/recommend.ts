/** `POST /recommend`: the offer that suits a customer. */
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { ExplainSchema, ExplanationProperty } from '../src/http/explain/explanation-schema.js'
import { FACTORS, type Extras } from '../src/http/explain/extras.js'
import { finite } from '../src/http/rows/finite.js'
import { whyNoProbabilities, type FirstClassModel } from '../src/http/routes/first-class.js'
import { nameRow } from '../src/http/openapi/operation-ids.js'
import { addModelRoute, type ModelPluginOptions } from '../src/http/routes/model-route.js'
import { wholeNumber } from '../src/http/shared/query.js'
import { addWhatIfRoute } from '../src/http/what-if/what-if-route.js'
import type { Label } from '../src/model/types.js'

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

/** Most offers that are listed. */
const MAX_OFFERS = 100

const TAG = { name: 'recommendation', description: 'Which offer suits a customer.' }

const OffersSchema = Type.Array(
  Type.Object({ offer_name: Type.String(), confidence: Type.Number({ minimum: 0, maximum: 1 }) }),
  { description: 'With `top`: the most probable offers, the best first.' }
)

const TopSchema = Type.Optional(Type.Integer({
  minimum: 1, maximum: MAX_OFFERS, description: 'Adds so many of the most probable offers, at most, as `offers`.'
}))

/** More offers, and why the first of them. */
const extras: Extras = {
  query: { top: TopSchema, explain: ExplainSchema },
  properties: { offers: Type.Optional(OffersSchema), explanation: ExplanationProperty },
  parameters: () => ({ top: wholeNumber(1, MAX_OFFERS), explain: FACTORS }),
  toWish: ({ top, explain }, { outputs: [{ classes = [] }] }) => {
    if (top === undefined && explain === undefined) return undefined
    return { factors: explain, ...(top !== undefined && { list: ({ values }) => listOffers(classes, values, top) }) }
  }
}

/** The best offers, as a property's JSON. Of two that are equally probable, the first is first, as in the answer. */
function listOffers(classes: readonly Label[], values: Float64Array, top: number): string {
  const order = classes.map((_, offer) => offer).sort((a, b) => values[b] - values[a])
  const offers: Array<Static<typeof OffersSchema>[number]> = order.slice(0, top)
    .map(offer => ({ offer_name: String(classes[offer]), confidence: finite(values[offer], 'confidence') }))
  return `,"offers":${JSON.stringify(offers)}`
}

const plugin: FastifyPluginAsync<ModelPluginOptions> = async (app, options) => {
  addModelRoute<RecommendResponse>(app, options, {
    path: PATH,
    operationId: 'recommend',
    tag: TAG.name,
    summary: 'Recommend an offer to a customer',
    response: RecommendResponseSchema,
    extras,
    answersUnrelated: true,
    answer: ({ outputs: [offers] }, { classIndexes: [best], values }) => ({
      status: 'success',
      offer_name: String(offers.classes?.[best]),
      confidence: finite(values[best], 'confidence'),
      offer_type: 'AUTO_MAPPED'
    })
  })
  addWhatIfRoute(app, options, {
    path: `${PATH}/what-if`,
    operationId: 'recommendWhatIf',
    rowId: nameRow('recommend'),
    tag: TAG.name,
    summary: 'What would change the offer to a customer',
    goal: { target: Type.Optional(Type.String({ description: 'The offer that is wanted: any other than now when absent.' })) }
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
