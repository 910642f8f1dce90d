/** What ml-random-forest's toJSON() gives, as version 2 writes it, into the dump's form. */
import type { ForestDump, TreeDump } from '../../../src/dump/dump.js'
import type { ConvertedEstimator, Progress } from '../common/estimator.js'
import type { JsonPlace } from '../common/json-place.js'
import { convertTree } from './tree.js'

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_COLUMNS = 10_000

/** The share of a class is a sum of 1 / n, which rounding can carry above 1. */
const MAX_SHARE = 1 + 1e-9

/** The classes of the library by the name in their JSON. */
const KINDS: Readonly<Record<string, { readonly className: string, readonly treeName: string }>> = {
  RFClassifier: { className: 'RandomForestClassifier', treeName: 'DTClassifier' },
  RFRegression: { className: 'RandomForestRegression', treeName: 'DTRegression' }
}

export interface ConvertedMljs extends ConvertedEstimator {
  /** The library's class. */
  readonly className: string
  readonly model: ForestDump
}

/** Whether the JSON says that it is one of the library's forests. */
export function isMljs(root: JsonPlace): boolean {
  const { value } = root.key('name')
  return typeof value === 'string' && Object.hasOwn(KINDS, value)
}

/**
 * A classifier's probabilities are the shares of the trees' votes, since it decides by votes: of classes with as
 * many, by who got there first, in the order of the trees.
 * @param root for which {@link isMljs} holds
 * @throws ConvertError naming the place for what is not as the library writes it
 */
export function convertMljs(root: JsonPlace, progress: Progress): ConvertedMljs {
  const { className, treeName } = KINDS[String(root.key('name').value)]
  const isClassifier = treeName === 'DTClassifier'
  const base = root.key('baseModel')
  base.mustBeObject()
  base.key('isClassifier').mustBe(isClassifier)
  const estimators = base.key('estimators').items()
  if (estimators.length === 0) base.key('estimators').fail('at least one tree', 'Train the forest before saving it.')
  base.key('nEstimators').integer(estimators.length, estimators.length)
  const indexes = readIndexes(base, estimators.length)
  const labels = new Set<number>()
  const readLeaf = isClassifier ? (leaf: JsonPlace) => readVote(leaf, labels) : (leaf: JsonPlace) => leaf.number()
  const trees = estimators.map((estimator, i) => {
    estimator.key('name').mustBe(treeName)
    const tree = convertTree(estimator.key('root'), indexes[i], readLeaf)
    progress(i + 1, estimators.length)
    return tree
  })
  const shape = {
    kind: 'forest' as const, estimator: className, split: '<' as const, precision: 'float64' as const,
    features: Array.from({ length: countColumns(base, indexes) }, (_, i) => `x${i}`)
  }
  if (isClassifier) {
    const classes = [...labels].sort((a, b) => a - b)
    const model: ForestDump = {
      ...shape,
      leaves: 'values',
      nOutputs: trees.length,
      aggregate: 'sum',
      link: { kind: 'first-mode', nClasses: classes.length },
      trees: toClassIndexes(trees, classes)
    }
    return { className, task: 'classifier', outputs: [{ classes }], model }
  }
  return { className, task: 'regressor', outputs: [{}], model: { ...shape, ...combineValues(root, trees) } }
}

/** The label with the largest share, the first of those with as much, as ml-cart predicts it; notes all labels. */
export function readVote(distribution: JsonPlace, labels: Set<number>): number {
  const rows = distribution.items()
  if (rows.length !== 1) distribution.fail('one row of shares')
  const shares = rows[0].items().map(share => {
    const number = share.number()
    return number >= 0 && number <= MAX_SHARE ? number : share.fail('a share in 0..1')
  })
  let vote = -1
  shares.forEach((share, label) => {
    if (share > 0) labels.add(label)
    if (share > (shares[vote] ?? 0)) vote = label
  })
  return vote >= 0 ? vote : rows[0].fail('a share above 0')
}

/** Votes for labels as votes for their places among the classes: a library's label that is never seen is none. */
function toClassIndexes(trees: readonly TreeDump[], classes: readonly number[]): TreeDump[] {
  const places = new Map(classes.map((label, place) => [label, place]))
  const placeOf = (vote: TreeDump['value'][number]) => places.get(Number(vote)) ?? 0
  return trees.map((tree, output) => ({ ...tree, output, value: tree.value.map(placeOf) }))
}

/** The library's median is the lower of the two middle ones, which is the first that half of the weight reaches. */
function combineValues(
  root: JsonPlace, trees: TreeDump[]
): Pick<ForestDump, 'leaves' | 'nOutputs' | 'aggregate' | 'link' | 'trees'> {
  const method = root.key('selectionMethod')
  if (method.value === 'mean') return { leaves: 'values', nOutputs: 1, aggregate: 'mean', trees }
  if (method.value !== 'median') return method.fail('"mean" or "median"')
  return {
    leaves: 'values',
    nOutputs: trees.length,
    aggregate: 'sum',
    link: { kind: 'weighted-median', weights: trees.map(() => 1) },
    trees: trees.map((tree, output) => ({ ...tree, output }))
  }
}

/** For each tree, the forest's column of each of its own. */
function readIndexes(base: JsonPlace, nTrees: number): number[][] {
  const indexes = base.key('indexes')
  const lists = indexes.items()
  if (lists.length !== nTrees) indexes.fail(`${nTrees} lists of columns, one per tree`)
  return lists.map(list => {
    const columns = list.items().map(column => column.integer(0, MAX_COLUMNS - 1))
    return columns.length > 0 ? columns : list.fail('at least one column')
  })
}

/**
 * The file does not say how many columns there were: no fewer than one tree saw, and than the last that any saw. Beyond
 * those, the library looks at none.
 */
function countColumns(base: JsonPlace, indexes: readonly number[][]): number {
  const perTree = base.key('n').integer(1, MAX_COLUMNS)
  return indexes.flat().reduce((count, column) => Math.max(count, column + 1), perTree)
}
