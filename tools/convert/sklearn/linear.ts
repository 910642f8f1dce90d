/** scikit-learn's linear models: coefficients, an intercept, and what is made of their sums. */
import type { Label, Linear, Link } from '../../../src/dump/dump.js'
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import { checkColumns, isVersion, toLabels, type ConvertEstimator, type EstimatorContext } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { Instance } from '../pickle/values.js'

/** Rows of a sparse matrix, which takes few bytes for many. */
const MAX_SUMS = 10_000

/** A regressor whose answer is its sums: one, or one per output. */
export const convertLinearRegressor: ConvertEstimator = (estimator, columns, context) =>
  convertRegressor(estimator, columns, context, undefined)

/** `PoissonRegressor`, `GammaRegressor`: the exponential of the sum. */
export const convertLogRegressor: ConvertEstimator = (estimator, columns, context) =>
  convertRegressor(estimator, columns, context, { kind: 'exp' })

/** `TweedieRegressor`: the same, but for its link "identity", and for powers up to 0 that "auto" takes that for. */
export const convertTweedie: ConvertEstimator = (estimator, columns, context) => {
  const link = estimator.attr('link')
  const name = link.isAbsent || link.value === 'auto' ? estimator.attr('power').number() <= 0 ? 'identity' : 'log' : link.value
  if (name !== 'identity' && name !== 'log') link.fail('"auto", "identity" or "log"')
  return convertRegressor(estimator, columns, context, name === 'log' ? { kind: 'exp' } : undefined)
}

function convertRegressor(
  estimator: Located, columns: readonly string[], context: EstimatorContext, link: Link | undefined
): ReturnType<ConvertEstimator> {
  const model = readLinear(estimator, columns, context, link)
  return { task: 'regressor', outputs: model.coef.map(() => ({})), model }
}

/** `LogisticRegression`: by `multi_class`, until scikit-learn 1.7, one class against the rest or all at once. */
export const convertLogisticRegression: ConvertEstimator = (estimator, columns, context) =>
  convertClassifier(estimator, columns, context, nClasses => {
    const multiClass = estimator.attr('multi_class')
    const isAuto = multiClass.isAbsent || multiClass.value === 'auto' || multiClass.value === 'deprecated'
    const againstRest = isAuto ? nClasses <= 2 || isOneVsRestSolver(estimator) : multiClass.value !== 'multinomial'
    return againstRest ? shareLink(nClasses) : softmaxLink(nClasses)
  })

function isOneVsRestSolver(estimator: Located): boolean {
  const solver = estimator.attr('solver').value
  return solver === 'liblinear' || (solver === 'newton-cholesky' && !isVersion(estimator, 1, 6))
}

/** `SGDClassifier`: the probabilities of its loss, if there are any. */
export const convertSgdClassifier: ConvertEstimator = (estimator, columns, context) =>
  convertClassifier(estimator, columns, context, nClasses => {
    const loss = estimator.attr('loss').value
    if (loss === 'log_loss' || loss === 'log') return shareLink(nClasses)
    return { kind: loss === 'modified_huber' ? 'modified-huber' : 'decision' }
  })

/** `LinearDiscriminantAnalysis`, which is linear as a classifier. */
export const convertDiscriminant: ConvertEstimator = (estimator, columns, context) =>
  convertClassifier(estimator, columns, context, nClasses => nClasses === 2 ? shareLink(2) : softmaxLink(nClasses))

/** `LinearSVC`, `RidgeClassifier`, `Perceptron`, `PassiveAggressiveClassifier`: a decision, and no probabilities. */
export const convertDecisionClassifier: ConvertEstimator = (estimator, columns, context) =>
  convertClassifier(estimator, columns, context, () => ({ kind: 'decision' }))

function convertClassifier(
  estimator: Located, columns: readonly string[], context: EstimatorContext, linkOf: (nClasses: number) => Link
): ReturnType<ConvertEstimator> {
  const labels = readClasses(estimator)
  const model = readLinear(estimator, columns, context, linkOf(labels.length))
  if (model.coef.length !== (labels.length === 2 ? 1 : labels.length)) {
    estimator.attr('coef_').fail(`the coefficients of ${labels.length} classes`)
  }
  return { task: 'classifier', outputs: [{ classes: labels }], model }
}

/** Ridge classifiers keep their classes in a LabelBinarizer. */
function readClasses(estimator: Located): Label[] {
  const own = estimator.attr('classes_')
  if (!own.isAbsent) return toLabels(own)
  const binarizer = estimator.attr('_label_binarizer')
  const type = binarizer.attr('y_type_')
  if (type.value === 'multilabel-indicator') type.fail('"binary" or "multiclass"', 'Fit a MultiOutputClassifier over it instead.')
  return toLabels(binarizer.attr('classes_'))
}

function shareLink(nClasses: number): Link {
  return nClasses === 2 ? { kind: 'expit', factor: 1, positive: 'raw > 0' } : { kind: 'one-vs-rest' }
}

function softmaxLink(nClasses: number): Link {
  return {
    kind: 'softmax', normalize: 'quotient', sum: 'pairwise', decide: 'raw', ...(nClasses === 2 && { binary: true as const })
  }
}

/** The sums of a fitted linear model. It refuses missing values. */
function readLinear(
  estimator: Located, columns: readonly string[], { frame }: EstimatorContext, link: Link | undefined
): Linear {
  checkColumns(estimator, columns)
  frame.assertNotMissing(columns)
  const coef = readRows(estimator.attr('coef_'), columns.length)
  return {
    kind: 'linear',
    estimator: estimator.className ?? '',
    features: [...columns],
    coef,
    intercept: readIntercept(estimator.attr('intercept_'), coef.length),
    ...(link !== undefined && { link })
  }
}

/** [nSums][nColumns] of an array of numbers, which may be one list alone, or of what `sparsify()` makes of one. */
export function readRows(array: Located, nColumns: number): number[][] {
  const { value } = array
  if (value instanceof Instance && value.type.name.startsWith('csr_')) return readSparseRows(array, nColumns)
  if (!(value instanceof NdArray) || value.shape.length > 2) {
    return array.fail('an array of coefficients', 'Fit the model before saving it.')
  }
  const nSums = value.shape.length === 2 ? value.shape[0] : 1
  return splitRows(array, array.floats(nSums * nColumns), nColumns)
}

/** scipy's csr_matrix. It adds a row's products in their order, and leaves out those of zeros, which change no sum. */
function readSparseRows(matrix: Located, nColumns: number): number[][] {
  const list = (name: string) => {
    const { value } = matrix.attr(name)
    return value instanceof NdArray ? [...readFloat64s(value)] : matrix.attr(name).fail('an array')
  }
  const [starts, places, data] = ['indptr', 'indices', 'data'].map(list)
  const nSums = starts.length - 1
  const isAscending = starts.every((start, k) => k === 0 ? start === 0 : start >= starts[k - 1])
  if (nSums < 1 || nSums > MAX_SUMS || !isAscending || starts[nSums] !== data.length) {
    matrix.attr('indptr').fail(`ascending numbers from 0 to ${data.length}, one more than there are rows`)
  }
  const numbers = new Float64Array(nSums * nColumns)
  for (let k = 0; k < nSums; k++) {
    for (let i = starts[k]; i < starts[k + 1]; i++) {
      const isNext = places[i] < nColumns && places[i] > (i > starts[k] ? places[i - 1] : -1)
      if (!isNext) matrix.attr('indices').fail(`ascending numbers below ${nColumns} in each row`)
      numbers[k * nColumns + places[i]] = data[i]
    }
  }
  return splitRows(matrix, numbers, nColumns)
}

function splitRows(array: Located, numbers: Float64Array, nColumns: number): number[][] {
  const nSums = numbers.length / nColumns
  if (!numbers.every(Number.isFinite)) array.fail('finite coefficients', 'The fit did not converge: scale the columns, and fit again.')
  return Array.from({ length: nSums }, (_, k) => [...numbers.subarray(k * nColumns, (k + 1) * nColumns)])
}

/** One number for all sums, or one per sum. */
function readIntercept(intercept: Located, nSums: number): number[] {
  const { value } = intercept
  const numbers = value instanceof NdArray ? [...readFloat64s(value)] : [intercept.number()]
  if (numbers.length !== 1 && numbers.length !== nSums) intercept.fail(`${nSums} numbers`)
  if (!numbers.every(Number.isFinite)) intercept.fail('finite numbers')
  return Array.from({ length: nSums }, (_, k) => numbers[numbers.length === 1 ? 0 : k])
}
