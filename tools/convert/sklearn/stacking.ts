/** Predictors whose answers are columns of others: stacking, and chains. */
import type { Estimator, Label, Step } from '../../../src/dump/dump.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { NdArray } from '../pickle/numpy.js'
import {
  checkColumns, readLabels, type ConvertEstimator, type ConvertedEstimator, type EstimatorContext
} from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { isFloat32 } from './scalars.js'

type Given = Extract<Step, { op: 'predict' }>['gives'][number]

/**
 * `StackingClassifier`, `StackingRegressor`: what the members answer, and with `passthrough` the columns as well, are
 * the columns of the last predictor.
 */
export const convertStacking: ConvertEstimator = (estimator, columns, context) => {
  checkColumns(estimator, columns)
  const labels = estimator.className === 'StackingClassifier' ? readStackLabels(estimator) : undefined
  const members = estimator.attr('estimators_').members()
  const methods = estimator.attr('stack_method_').items()
  if (methods.length !== members.length) estimator.attr('stack_method_').fail(`a method for each of the ${members.length} members`)
  const converted = members.map(member => context.convert(member, columns))
  const made = converted.flatMap((member, i) => {
    const given = describeAnswer(members[i], member, methods[i], labels?.length)
    return addAnswers(context, member.model, [given], `stack${i}`)
  })
  const passes = estimator.attr('passthrough').flag(false)
  const final = estimator.attr('final_estimator_')
  const nSteps = context.frame.steps.length
  const last = context.convert(final, passes ? [...made, ...columns] : made)
  const computes = context.frame.steps.length > nSteps || isFloat32(final.attr('coef_'))
  if (!passes && computes && converted.every(({ model }) => givesFloat32(model))) {
    final.fail(
      'trees, or coefficients of float64: what is computed of float32 alone, as all members answer, is float32 as well',
      'Add a member of scikit-learn, or fit with passthrough=True.'
    )
  }
  if (last.outputs.length !== 1 || last.outputs[0].classes?.length !== labels?.length) {
    return final.fail(labels === undefined ? 'a regressor of one number' : `a classifier of ${labels.length} classes`)
  }
  return { task: last.task, outputs: [labels === undefined ? {} : { classes: labels }], model: last.model }
}

/** A list of arrays where there are several targets. */
function readStackLabels(estimator: Located): Label[] {
  const classes = estimator.attr('classes_')
  if (Array.isArray(classes.value) && classes.value[0] instanceof NdArray) {
    classes.fail('one target', 'Fit a MultiOutputClassifier over it instead.')
  }
  return readLabels(estimator)
}

/** What a member answers, and how many columns that takes. */
interface Answer extends Omit<Given, 'as'> {
  readonly width: number
}

function describeAnswer(
  at: Located, member: ConvertedEstimator, method: Located, nClasses: number | undefined
): Answer {
  const [{ classes }] = member.outputs
  if (member.outputs.length !== 1) at.fail('a predictor with one output')
  if (nClasses === undefined || member.task === 'regressor') return { what: 'values', width: 1 }
  const count = classes?.length ?? 1
  switch (method.value) {
    // Of two classes the second one's alone, as scikit-learn drops what says the same.
    case 'predict_proba':
      return nClasses === 2 ? { what: 'values', from: 1, width: count - 1 } : { what: 'values', width: count }
    case 'decision_function': return { what: 'decision', width: count === 2 ? 1 : count }
    case 'predict': return { what: 'label', labels: readCodes(at, classes), width: 1 }
    default: return method.fail('"predict_proba", "decision_function" or "predict"')
  }
}

/** Labels as the numbers that they count as in a column. */
function readCodes(at: Located, labels: readonly Label[] = []): number[] {
  if (labels.some(label => typeof label === 'string')) at.attr('classes_').fail('labels that are numbers', 'Fit it on codes.')
  return labels.map(Number)
}

/** Columns with what a predictor answers. */
function addAnswers({ frame }: EstimatorContext, model: Estimator, answers: readonly Answer[], name: string): string[] {
  const gives = answers.map(({ width, ...given }): Given => ({
    ...given, as: Array.from({ length: width }, (_, k) => frame.addColumn(`${name}-${given.what}${width === 1 ? '' : k}`))
  }))
  frame.steps.push({ op: 'predict', model, gives })
  return gives.flatMap(({ as }) => as)
}

/** `ClassifierChain`, `RegressorChain`: each predictor sees what those before it answer, after the columns. */
export const convertChain: ConvertEstimator = (estimator, columns, context) => {
  checkColumns(estimator, columns)
  // It checks the columns itself, whatever its members take.
  context.frame.checkNumbers(columns, { missing: false })
  const isClassifier = estimator.className === 'ClassifierChain'
  const order = estimator.attr('order_').items().map(item => item.number())
  const members = estimator.attr('estimators_').members()
  if (order.length !== members.length) estimator.attr('order_').fail(`the places of ${members.length} predictors`)
  const method = estimator.attr('chain_method_')
  const before: string[] = []
  const chain = members.map((member, i) => {
    const converted = context.convert(member, [...columns, ...before])
    const [{ classes }] = converted.outputs
    const task = isClassifier ? 'classifier' : 'regressor'
    if (converted.task !== task || converted.outputs.length !== 1) member.fail(`a ${task} of one output`)
    if (classes === undefined) {
      const values = addAnswers(context, converted.model, [{ what: 'values', width: 1 }], `chain${i}`)
      before.push(...values)
      return { output: {}, model: { kind: 'columns', features: values } as const }
    }
    const seen = describeSeen(method, member, classes)
    const names = addAnswers(context, converted.model, [
      { what: 'values', width: classes.length }, { what: 'label', width: 1 }, seen
    ], `chain${i}`)
    before.push(names[classes.length + 1])
    const model = { kind: 'columns' as const, features: names.slice(0, classes.length), label: names[classes.length] }
    // What comes out are numbers, whatever the labels were.
    return { output: { classes: readCodes(member, classes) }, model }
  })
  const sorted = order.map((_, output) => chain[order.indexOf(output)] ?? estimator.attr('order_').fail('each place once'))
  return {
    task: isClassifier ? 'classifier' : 'regressor',
    outputs: sorted.map(({ output }) => output),
    model: { kind: 'multi-output', members: sorted.map(({ model }) => model) }
  }
}

/** What those after a classifier see of it: its label, since 1.6 also another answer. */
function describeSeen(method: Located, member: Located, classes: readonly Label[]): Answer {
  if (method.isAbsent || method.value === 'predict') return { what: 'label', labels: readCodes(member, classes), width: 1 }
  if (classes.length !== 2) member.attr('classes_').fail('two classes')
  if (method.value === 'predict_proba') return { what: 'values', from: 1, width: 1 }
  if (method.value === 'decision_function') return { what: 'decision', width: 1 }
  return method.fail('"predict", "predict_proba" or "decision_function"')
}
