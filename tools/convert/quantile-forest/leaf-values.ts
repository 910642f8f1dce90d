/** What quantile-forest keeps of the training: its values, and which of them are in each leaf of each tree. */
import type { EstimatorContext } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import { Dict, Instance, type Value } from '../pickle/values.js'
import type { RawTree } from '../sklearn/tree.js'

const LEAF = -1

export interface LeafValues {
  /** [nOutputs][nTraining] Each ascending. */
  readonly training: readonly Float64Array[]
  /** Whether there is one output without a dimension of its own, as before 1.3. */
  readonly isFlat: boolean
  /** Of the training values in a leaf, at least one; those that were drawn more often stand there more often. */
  readonly indicesIn: (tree: number, node: number, output: number) => readonly number[]
  /** A leaf's value within the bounds that monotonic constraints leave it. */
  readonly clip: (tree: number, node: number, value: number) => number
}

/** Lists of equal length as [nTrees][nNodes][nOutputs], whose ends are filled with zeros. */
interface Lists {
  readonly shape: readonly number[]
  /** Numbers in a list that are not 0, in order. */
  readonly listAt: (place: number) => readonly number[]
}

/**
 * @param estimator a fitted quantile forest
 * @param trees of it
 * @throws ConvertError for lists that are not those of the trees, or that name no training value
 */
export function readLeafValues(
  estimator: Located, trees: readonly RawTree[], claim: EstimatorContext['claim']
): LeafValues {
  const forest = estimator.attr('forest_')
  if (!(forest.value instanceof Instance) || forest.className !== 'QuantileForest') {
    return forest.fail('a QuantileForest', 'Fit the model before saving it.')
  }
  claim(forest)
  const { args } = forest.value
  const partAt = (index: number, name: string) => forest.instead(args[index] ?? null).under(`${forest.path}.${name}`)
  const values = partAt(0, 'y_train')
  const training = readTraining(values)
  const place = partAt(1, 'y_train_leaves')
  const lists = args.at(-1) === true ? readSparse(forest, forest.value.state) : readDense(place)
  const [nTrees, nNodes, nOutputs] = lists.shape
  if (nTrees !== trees.length || nOutputs !== training.length || !trees.every(tree => tree.nNodes <= nNodes)) {
    place.fail(`lists for each node of ${trees.length} trees and ${training.length} outputs, with shape (${trees.length}, at ` +
      `least ${Math.max(...trees.map(tree => tree.nNodes))}, ${training.length}, any)`)
  }
  const indicesIn = (tree: number, node: number, output: number) =>
    lists.listAt((tree * nNodes + node) * nOutputs + output).map(index => index - 1)
  checkIndices(place, trees, training, indicesIn)
  const bounds = readBounds(estimator, partAt(2, 'y_bound_leaves'), [nTrees, nNodes, 2])
  return {
    training,
    isFlat: values.shape().length === 1,
    indicesIn,
    clip(tree, node, value) {
      const at = 2 * (tree * nNodes + node)
      return bounds === undefined ? value : Math.min(Math.max(value, bounds[at]), bounds[at + 1])
    }
  }
}

/** [nOutputs x nTraining], or [nTraining] before 1.3. */
function readTraining(values: Located): Float64Array[] {
  const shape = values.shape()
  const nTraining = shape.at(-1) ?? 0
  if (shape.length < 1 || shape.length > 2 || shape[0] === 0 || nTraining === 0) values.fail('the training values of each output')
  const numbers = values.floats(shape.reduce((product, length) => product * length))
  return Array.from({ length: numbers.length / nTraining }, (_, output) => {
    const own = numbers.subarray(output * nTraining, (output + 1) * nTraining)
    if (!own.every((value, i) => Number.isFinite(value) && (i === 0 || value >= own[i - 1]))) values.fail('finite, ascending numbers')
    return own
  })
}

function readDense(at: Located): Lists {
  const { value } = at
  if (!(value instanceof NdArray)) return at.fail('an array')
  const shape = withOutputs(value.shape)
  if (shape.length !== 4) return at.fail('an array of four dimensions')
  const [,,, width] = shape
  const numbers = readFloat64s(value)
  return {
    shape,
    listAt: place => [...numbers.subarray(place * width, (place + 1) * width)].filter(number => number !== 0)
  }
}

/** Before 1.3 there was one output, without a dimension of its own. */
function withOutputs(shape: readonly number[]): readonly number[] {
  return shape.length === 3 ? [shape[0], shape[1], 1, shape[2]] : shape
}

/** Of `fit(..., sparse_pickle=True)`: a csc_matrix of the same numbers in the same order, with other dimensions. */
function readSparse(forest: Located, state: Value | undefined): Lists {
  const parts = forest.instead(state ?? null)
  const dict = state instanceof Dict ? state : parts.fail('a dict of sparse lists')
  const first = dict.get('matrix1') === undefined ? '' : '1'
  const matrix = parts.key(`matrix${first}`)
  const lengths = parts.key(`shape${first}`)
  const shape = withOutputs(lengths.items().map(length => length.number()))
  const size = shape.reduce((product, length) => product * length, 1)
  const isShape = shape.length === 4 && shape.every(length => Number.isInteger(length) && length > 0)
  if (!isShape || !Number.isSafeInteger(size)) lengths.fail('the lengths of four dimensions')
  const width = shape[3]
  const nColumns = size / width
  const list = (name: string) => {
    const { value } = matrix.attr(name)
    return value instanceof NdArray ? readFloat64s(value) : matrix.attr(name).fail('an array')
  }
  const [starts, rows, data] = ['indptr', 'indices', 'data'].map(list)
  const isAscending = starts.every((start, k) => k === 0 ? start === 0 : start >= starts[k - 1])
  const isWhole = starts[nColumns] === data.length && rows.length === data.length
  if (starts.length !== nColumns + 1 || !isAscending || !isWhole) {
    matrix.attr('indptr').fail(`ascending numbers from 0 to ${data.length}, one more than the ${nColumns} columns`)
  }
  const areRows = rows.every(row => Number.isInteger(row) && row >= 0 && row < width)
  if (!areRows) matrix.attr('indices').fail(`numbers below ${width}`)
  const lists = new Map<number, Array<[place: number, value: number]>>()
  for (let column = 0; column < nColumns; column++) {
    for (let i = starts[column]; i < starts[column + 1]; i++) {
      const place = rows[i] * nColumns + column
      const at = Math.floor(place / width)
      const own = lists.get(at) ?? []
      if (data[i] !== 0) own.push([place, data[i]])
      lists.set(at, own)
    }
  }
  return { shape, listAt: place => (lists.get(place) ?? []).sort(([a], [b]) => a - b).map(([, value]) => value) }
}

/** Each leaf that a row can reach has training values, and each of them is one. */
function checkIndices(
  at: Located, trees: readonly RawTree[], training: readonly Float64Array[], indicesIn: LeafValues['indicesIn']
): void {
  trees.forEach((tree, t) => {
    for (let node = 0; node < tree.nNodes; node++) {
      if (tree.childrenLeft[node] !== LEAF) continue
      training.forEach((values, output) => {
        const indices = indicesIn(t, node, output)
        const place = `also in node ${node} of tree ${t}`
        if (indices.length === 0) at.fail(`training values in each leaf, ${place}`, 'Fit it without weights of 0.')
        if (indices.every(index => Number.isInteger(index) && index >= 0 && index < values.length)) return
        at.fail(`indices in 1..${values.length}, ${place}`)
      })
    }
  })
}

/** [nTrees x nNodes x 2] Of each leaf's value, where the fit had monotonic constraints; since 1.3.6. */
function readBounds(estimator: Located, at: Located, shape: readonly number[]): Float64Array | undefined {
  if (estimator.attr('monotonic_cst').isNone || !(at.value instanceof NdArray)) return undefined
  const numbers = at.floats(shape.reduce((product, length) => product * length))
  return numbers.some(Number.isNaN) ? at.fail('bounds that are numbers') : numbers
}
