/** The answer of a model of any kind: its schema from what the model predicts, its values from a prediction. */
import { Type, type ArrayOptions, type TSchema } from '@sinclair/typebox'
import { isLargeInteger } from '../../model/large-integer.js'
import type { Label, Model, Output, Prediction } from '../../model/types.js'
import { createReader } from '../../model/read-answer.js'
import { finite } from './finite.js'

/** What a model answers, without the fields that counted as a fallback. */
export interface GenericAnswer {
  readonly status: 'success'
  readonly [key: string]: unknown
}

/** How a model answers. */
export interface AnswerForm {
  /** With `defaulted` in it, which the route adds. */
  readonly schema: TSchema
  /**
   * Reads the values at once: the model's next row overwrites them.
   * @throws Error when one of them is not a finite number
   */
  answer(prediction: Prediction): GenericAnswer
}

/** One output of a model, by the properties that it has in the answer. */
interface OutputForm {
  readonly title: string | undefined
  readonly properties: Record<string, TSchema>
}

const status = Type.Literal('success')

const defaulted = Type.Optional(
  Type.Array(Type.String(), { description: 'Fields that counted as a fallback. Absent when there are none.' })
)

/** For a model that is not loaded, which never answers. */
const UNKNOWN: AnswerForm = {
  schema: Type.Object({ status }, { description: 'What the model predicts. It is not loaded, so more is not known.' }),
  answer: () => ({ status: 'success' })
}

/**
 * Of a classifier the label, all labels and their probabilities or decisions, if it has them, of a regressor the value,
 * of an outlier detector its verdict, score and decision. Several outputs are a list of these.
 */
export function describeAnswer(model: Model | undefined): AnswerForm {
  if (model === undefined) return UNKNOWN
  const forms = listOutputs(model)
  const [form] = forms
  const read = createReader(model, finite)
  return {
    schema: forms.length === 1
      ? Type.Object({ status, ...form.properties, defaulted }, { description: 'The prediction.' })
      : Type.Object({ status, outputs: describeOutputs(model, forms), defaulted }, { description: 'The predictions.' }),
    answer: prediction => ({ status: 'success', ...read(prediction) })
  }
}

function listOutputs({ task, outputs, classNumbers }: Model): OutputForm[] {
  if (task === 'outlier-detector') return [describeVerdict(outputs[0])]
  return outputs.map(output =>
    output.classes === undefined ? describeNumber(output) : describeClass(output, output.classes, classNumbers))
}

function describeNumber({ name }: Output): OutputForm {
  return { title: name, properties: { value: Type.Number({ description: 'What the model predicts, unrounded.' }) } }
}

/** What the numbers of the classes are. */
const CLASS_NUMBERS = {
  probabilities: 'Probability of each class, in the order of `classes`, unrounded.',
  decisions: "scikit-learn's decision_function of each class, in the order of `classes`, unrounded; " +
    'of two classes -d and d.'
} as const

function describeClass({ name }: Output, classes: readonly Label[], numbers: Model['classNumbers']): OutputForm {
  const { length } = classes
  return { title: name, properties: classProperties(classes, numbers, { minItems: length, maxItems: length }) }
}

function classProperties(
  labels: readonly Label[], numbers: Model['classNumbers'], size: ArrayOptions = {}
): Record<string, TSchema> {
  const label = labelSchema(labels)
  return {
    prediction: Type.Unsafe<Label>({ ...label, description: `Label of the predicted class.${noteLarge(labels)}` }),
    classes: Type.Array(Type.Unsafe<Label>(label), { ...size, description: `All labels.${noteLarge(labels)}` }),
    ...(numbers && { [numbers]: Type.Array(Type.Number(), { ...size, description: CLASS_NUMBERS[numbers] }) })
  }
}

function describeVerdict({ name, classes = [-1, 1] }: Output): OutputForm {
  return {
    title: name,
    properties: {
      prediction: Type.Unsafe<Label>({ ...labelSchema(classes), description: '-1 for an outlier, 1 for an inlier.' }),
      score: Type.Number({ description: "scikit-learn's score_samples, unrounded: the lower, the more abnormal." }),
      decision: Type.Number({ description: "scikit-learn's decision_function, unrounded: negative for an outlier." })
    }
  }
}

function labelSchema(labels: readonly Label[]): { type: string | string[], enum: Label[] } {
  const types = [...new Set(labels.map(label => typeof label))]
  const names = types.map(type => type === 'number' && labels.every(isIntegerOrText) ? 'integer' : type)
  return { type: names.length === 1 ? names[0] : names, enum: [...new Set(labels)] }
}

/** Clients would round such a label without a word, were it a number. */
function noteLarge(labels: readonly Label[]): string {
  return labels.some(isLargeInteger) ? ' Integers beyond 2^53 are text, since JSON numbers are rounded there.' : ''
}

function isIntegerOrText(label: Label): boolean {
  return typeof label !== 'number' || Number.isInteger(label)
}

/**
 * One schema per place in the list. `items` allows what any of the places may have: the serialiser and many generators
 * of clients go by that.
 */
function describeOutputs(model: Model, forms: readonly OutputForm[]): TSchema {
  const { outputs } = model
  const { length } = forms
  const places = forms.map(({ title, properties }) => Type.Object(properties, title === undefined ? {} : { title }))
  const labels = outputs.flatMap(output => output.classes ?? [])
  const any = labels.length === 0 ? forms[0].properties : classProperties(labels, model.classNumbers)
  return Type.Unsafe<object[]>({
    type: 'array',
    minItems: length,
    maxItems: length,
    prefixItems: places,
    items: Type.Object(any),
    description: 'One prediction per output, in the order of the model.'
  })
}
