/** What answers say of their reasons. */
import { Type } from '@sinclair/typebox'
import type { Config } from '../../config.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { MAX_FACTORS } from './extras.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { threadsBusy } from '../shared/errors.js'
import { NOT_EXPLAINED } from '../../threads/protocol.js'

const FactorSchema = Type.Object({
  fields: Type.Array(Type.String(), {
    description: 'One field, or several that the model reads together, as in a product.'
  }),
  column: Type.Optional(Type.String({ description: "The model's column, where `players=columns`." })),
  values: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Their values as they came; null where there was none. Long texts are cut off.'
  }),
  contribution: Type.Number({ description: 'What it has added, in the unit of the base.' }),
  direction: Type.Unsafe<'raises' | 'lowers'>({ type: 'string', enum: ['raises', 'lowers'] }),
  defaulted: Type.Optional(Type.Literal(true, { description: 'One of the fields counted as its fallback.' })),
  main: Type.Optional(Type.Number({ description: 'With `interactions=true`: what it has added alone.' })),
  interactions: Type.Optional(Type.Array(Type.Object({
    fields: Type.Array(Type.String()), column: Type.Optional(Type.String()), contribution: Type.Number()
  }), {
    description: 'Its half of what it has added together with other factors, strongest first, and as many as factors ' +
      'are listed at most.'
  })),
  standardError: Type.Optional(Type.Number({
    description: 'Of the contribution, where more than 12 fields differ from the reference row: then it is estimated.'
  })),
  phrase: Type.String({ description: 'The same for people, in English or Indonesian, by `Accept-Language`.' })
})

export const ExplanationSchema = Type.Object(
  {
    space: Type.Unsafe<string>({
      type: 'string',
      enum: ['probability', 'raw score', 'value', 'mean path length', 'decision', 'vote', 'score'],
      description: 'What is explained, and the unit of all numbers here. Of boosting it is the raw score, such as ' +
        'log-odds; of outlier detectors the mean depth at which the trees end. Neither is the number that is answered. ' +
        'Compared with a reference row it may also be a decision function, whether the class wins the vote (1 or 0), ' +
        "or an outlier detector's score."
    }),
    instead: Type.Optional(Type.String({
      description: 'What is explained instead of the answer, where that itself is not a sum over trees.'
    })),
    label: Type.Optional(Type.Unsafe<string | number | boolean>({
      type: ['string', 'number', 'boolean'], description: 'The class that is explained.'
    })),
    against: Type.Optional(Type.Unsafe<string | number | boolean>({
      type: ['string', 'number', 'boolean'], description: 'The class whose number is subtracted from that of `label`.'
    })),
    base: Type.Number({
      description: 'What the model expects of a row of which nothing is known, or answers to the reference row.'
    }),
    value: Type.Number({ description: 'The base, all contributions and the rest together.' }),
    factors: Type.Array(FactorSchema, { description: 'Exact Shapley values of the fields, the strongest first.' }),
    rest: Type.Number({ description: 'What the factors that are not listed have added.' })
  },
  {
    $id: 'Explanation',
    description: 'Why the answer is what it is.',
    examples: [{
      space: 'probability', label: 1, base: 0.125, value: 0.5,
      factors: [{
        fields: ['complaint_count'], values: { complaint_count: 4 }, contribution: 0.375, direction: 'raises',
        phrase: 'complaint_count is 4: raises the risk'
      }],
      rest: 0
    }]
  }
)

/** The property of an answer that has it. */
export const ExplanationProperty = Type.Optional(Type.Unsafe<object>(Type.Ref('Explanation#')))

/** The parameter that asks for it. */
export const ExplainSchema = Type.Optional(Type.Integer({
  minimum: 1, maximum: MAX_FACTORS,
  description: 'Adds why the answer is what it is, as `explanation`, with so many of the strongest factors at most.'
}))

/** The answers of a route to requests whose answers cannot be explained, or not now. */
export function describeExplainErrors(config: Config): RouteErrors {
  return {
    422: describeErrorAnswer('The model has no exact explanation.', {
      code: 'not_computable',
      message: `${NOT_EXPLAINED}: a linear model is explained by comparison with its training data, which its file lacks`
    }),
    503: describeThreadsBusy(config)
  }
}

export function describeThreadsBusy({ explainMaxRequests }: Config): object {
  return describeErrorAnswer('Too many answers are being explained.', threadsBusy(explainMaxRequests))
}
