/** `POST /predict`: how likely a customer is to leave. */
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from '../src/config.js'
import { ExplainSchema, ExplanationProperty } from '../src/http/explain/explanation-schema.js'
import { FACTORS, type Extras } from '../src/http/explain/extras.js'
import { finite } from '../src/http/rows/finite.js'
import { whyNoProbabilities, type FirstClassModel } from '../src/http/routes/first-class.js'
import { nameRow } from '../src/http/openapi/operation-ids.js'
import { addModelRoute, type ModelPluginOptions } from '../src/http/routes/model-route.js'
import { addWhatIfRoute } from '../src/http/what-if/what-if-route.js'
import type { Label, Model, Prediction } from '../src/model/types.js'

const risk = {
  status: Type.Literal('success'),
  prediction: Type.Unsafe<0 | 1>({ type: 'integer', enum: [0, 1], description: "1 when the score is above 0.5, or reaches the model's own threshold." }),
  risk_score: Type.Number({ minimum: 0, maximum: 1, description: 'Probability of leaving, unrounded.' }),
  risk_category: Type.Unsafe<'LOW' | 'MEDIUM' | 'HIGH'>({ type: 'string', enum: ['LOW', 'MEDIUM', 'HIGH'] })
}

const example = { status: 'success', prediction: 0, risk_score: 0.3542, risk_category: 'MEDIUM' }

const PredictResponseSchema = Type.Object(
  {
    ...risk,
    result: Type.Object(risk, { description: 'The same four again.' }),
    defaulted: Type.Optional(
      Type.Array(Type.String(), { description: 'Fields that counted as a fallback. Absent when there are none.' })
    )
  },
  { description: 'The risk.', examples: [{ ...example, result: example }] }
)

type PredictResponse = Static<typeof PredictResponseSchema>

const UsernameSchema = Type.Unknown({
  description: 'Text, for the caller only: it is neither used, nor checked, nor logged.',
  examples: ['customer123']
})

const PATH = '/predict'

const TargetSchema = Type.Optional({
  ...risk.risk_category, description: 'The category that is wanted: any other than now when absent.'
})

/** Why the risk is what it is: always that of leaving, whatever is predicted. */
const extras: Extras = {
  query: { explain: ExplainSchema },
  properties: { explanation: ExplanationProperty },
  isRisk: true,
  parameters: () => ({ explain: FACTORS }),
  toWish: ({ explain }, model) =>
    explain === undefined ? undefined : { factors: explain, label: findExplained(model) }
}

const TAG = { name: 'churn', description: 'How likely a customer is to leave.' }

const plugin: FastifyPluginAsync<ModelPluginOptions> = async (app, options) => {
  const categorize = categorizer(options.config)
  const classOfLeaving = options.entry.model === undefined ? -1 : classOne(options.entry.model)
  const predicts = options.entry.model === undefined ? () => false : predictsOne(options.entry.model)
  addModelRoute<PredictResponse>(app, options, {
    path: PATH,
    operationId: 'predict',
    tag: TAG.name,
    summary: "Predict a customer's risk of leaving",
    response: PredictResponseSchema,
    extras,
    answersUnrelated: true,
    extra: { username: UsernameSchema },
    answer: (_model, prediction) => {
      const { values } = prediction
      const score = finite(values[classOfLeaving], 'risk_score')
      const status = 'success'
      const leaving = predicts(prediction) ? 1 : 0
      const category = categorize(score)
      const result = { status, prediction: leaving, risk_score: score, risk_category: category } as const
      // Spelled out: a copy by spread takes longer than the forest.
      return { status, prediction: leaving, risk_score: score, risk_category: category, result }
    }
  })
  addWhatIfRoute(app, options, {
    path: `${PATH}/what-if`,
    operationId: 'predictWhatIf',
    rowId: nameRow('predict'),
    tag: TAG.name,
    summary: "What would change a customer's risk category",
    goal: { target: TargetSchema },
    options: { label: options.entry.model && findExplained(options.entry.model), ...listCategories(options.config) }
  })
}

/** The limits of the settings, as what would change a category takes them. Where both are one, nothing is MEDIUM. */
function listCategories({ riskMediumFrom, riskHighFrom }: Config): { thresholds: number[], categories: string[] } {
  return riskMediumFrom === riskHighFrom
    ? { thresholds: [riskHighFrom], categories: ['LOW', 'HIGH'] }
    : { thresholds: [riskMediumFrom, riskHighFrom], categories: ['LOW', 'MEDIUM', 'HIGH'] }
}

/** The limits of the settings, as a function from a score to its category. */
function categorizer({ riskMediumFrom, riskHighFrom }: Config): (score: number) => 'LOW' | 'MEDIUM' | 'HIGH' {
  return score => score >= riskHighFrom ? 'HIGH' : score >= riskMediumFrom ? 'MEDIUM' : 'LOW'
}

/** Index of the class that means leaving, -1 when there is none. */
function classOne({ outputs }: Model): number {
  return outputs[0].classes?.findIndex(label => label === 1 || label === '1' || label === true) ?? -1
}

function findExplained(model: Model): Label | undefined {
  return model.outputs[0].classes?.[classOne(model)]
}

/** Whether a prediction is that of leaving: above 0.5, unless the model has a threshold of its own. */
function predictsOne(model: Model): (prediction: Prediction) => boolean {
  const classOfLeaving = classOne(model)
  return model.hasThreshold === true
    ? ({ classIndexes }) => classIndexes[0] === classOfLeaving
    : ({ values }) => values[classOfLeaving] > 0.5
}

function whyUnsuitable(model: Model): string | undefined {
  const reason = whyNoProbabilities(model, PATH)
  if (reason !== undefined || classOne(model) >= 0) return reason
  return `its classes are ${JSON.stringify(model.outputs[0].classes)}: ${PATH} answers with the probability of class 1`
}

export const churn: FirstClassModel = {
  name: 'churn',
  path: PATH,
  tag: TAG,
  plugin,
  whyUnsuitable,
  findExplained,
  listColumns(model, config) {
    const categorize = categorizer(config)
    const classOfLeaving = classOne(model)
    const predicts = predictsOne(model)
    return [
      { name: 'prediction', kind: 'label', read: prediction => predicts(prediction) ? 1 : 0 },
      { name: 'risk_score', kind: 'share', read: ({ values }) => values[classOfLeaving] },
      { name: 'risk_category', kind: 'label', read: ({ values }) => categorize(values[classOfLeaving]) }
    ]
  }
}
