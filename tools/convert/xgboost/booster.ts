/** What XGBoost's Booster.save_model writes, JSON or UBJSON of version 1.0 or newer, into the dump's form. */
import type { Output, TreeDump } from '../../../src/dump/dump.js'
import type { JsonPlace } from '../common/json-place.js'
import type { ConvertedEstimator, Progress } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import { nameBySignature, type Signature } from '../common/signature.js'
import { addInputs, readFeatureNames, type GivenColumns } from './features.js'
import { countItems, readCount, readIntegers, readNumbers, readParameter } from './lists.js'
import { isSince, readObjective, type Objective, type Version } from './objective.js'
import { convertTree, readWidth, type ConvertedTree } from './tree.js'
import { readSavedWrapper, wrapObjective, type Wrapper } from './wrapper.js'

const MAX_OUTPUTS = 100_000

const { fround } = Math

export interface ConvertedBooster extends ConvertedEstimator {
  /** Such as "XGBoost 3.2 gbtree, binary:logistic". */
  readonly title: string
  /** How many rounds the file has, which the best one of early stopping is, and where the answers stop. */
  readonly rounds: { readonly all: number, readonly best: number, readonly used: number }
}

/** A booster within a model of scikit-learn. */
export interface GivenModel extends GivenColumns {
  /** Absent for a Booster of its own. */
  readonly wrapper?: Wrapper
}

/** Whether this is a model file of XGBoost. */
export function isBooster(root: JsonPlace): boolean {
  return !root.key('learner').key('gradient_booster').isAbsent
}

/**
 * The answers are those of Booster.predict on the CPU, which adds up all trees of the file; of a model that one of the
 * classes for scikit-learn saved or is, they are those of that class.
 * @param root for which {@link isBooster} holds
 * @param frame receives the inputs
 * @param given what is known of a booster within a model of scikit-learn
 * @param signature names of the features, for a booster that was not told any
 * @throws ConvertError naming the place for what is not as XGBoost writes it
 */
export function convertBooster(
  root: JsonPlace, frame: Frame, progress: Progress, given?: GivenModel, signature?: Signature
): ConvertedBooster {
  const learner = root.key('learner')
  const version = readVersion(root.key('version'), learner)
  const { model, weights, booster } = findTrees(learner.key('gradient_booster'))
  const parameters = learner.key('learner_model_param')
  const nOutputs = Math.max(
    readCount(parameters.key('num_class'), 0, MAX_OUTPUTS, 0), readCount(parameters.key('num_target'), 1, MAX_OUTPUTS, 1)
  )
  const wrapper = given?.wrapper ?? readSavedWrapper(learner.key('attributes'))
  const plain = readObjective(learner.key('objective'), version)
  const objective = wrapper === undefined ? plain : wrapObjective(plain, wrapper, version, learner.key('objective'))
  const names = nameBySignature(readFeatureNames(learner), signature)
  if (given !== undefined && names.length !== given.columns.length) {
    given.at.fail(`a model of ${given.columns.length} columns, as many as reach it, and not of ${names.length}`)
  }
  const base = readBase(parameters, objective, nOutputs)
  // Since 1.4 a row that is not a DMatrix meets DART's trees one by one; since 3.3 they have their weights all along.
  const oneByOne = wrapper?.inplace === true && isSince(version, 1, 4) && !isSince(version, 3, 3) ? base : undefined
  const all = convertTrees(model, names.length, nOutputs, weights && { list: weights, base: oneByOne }, progress)
  const perRound = countParallel(model, learner.key('attributes'), wrapper) * (hasVectors(model) ? 1 : nOutputs)
  const nRounds = Math.ceil(all.length / perRound)
  const best = Math.min(readBestRound(learner.key('attributes')) ?? nRounds, nRounds)
  const used = wrapper === undefined ? nRounds : best
  const converted = all.slice(0, used * perRound)
  const trees = converted.map(({ tree }) => tree)
  const categorical = findCategorical(model, trees, names, version)
  const features = addInputs(
    frame, { names, categorical, examples: pickExamples(trees, names.length) }, learner, model, wrapper?.missing, given
  )
  const importances = computeImportances(converted, given?.columns ?? names)
  return {
    task: objective.kind === 'values' ? 'regressor' : 'classifier',
    outputs: listOutputs(objective, nOutputs, wrapper, learner),
    ...(importances !== undefined && { featureImportances: importances }),
    model: {
      kind: 'forest', estimator: `XGBoost ${objective.name}`, split: '<', precision: 'float32', features,
      leaves: 'values', nOutputs, aggregate: 'sum', accumulate: 'float32',
      // Only a DMatrix is checked for infinities, and numbers beyond float32 are such.
      ...(wrapper?.inplace === true && isSince(version, 1, 4) && { acceptsInfinite: true }),
      ...(objective.link !== undefined && { link: objective.link }),
      ...placeBase(base, trees, version, booster)
    },
    title: `XGBoost ${version[0] === 0 ? 'before 1.0' : version.join('.')} ${booster}, ${objective.name}`,
    rounds: { all: nRounds, best, used }
  }
}

/** Whether a file is of the binary format before 1.0, which does not say its version. */
export function isBefore10(learner: JsonPlace): boolean {
  return !learner.key('learner_model_param').key('base_margin').isAbsent
}

function readVersion(place: JsonPlace, learner: JsonPlace): Version {
  const [major, minor] = readIntegers(place, 0, 1e6)
  if (countItems(place) < 2 || (major < 1) !== isBefore10(learner)) {
    place.fail('the version of XGBoost, 1.0 or newer', 'Load the model with XGBoost 1 or newer and save it again as .json or .ubj.')
  }
  return [major, minor]
}

/** `gbtree`, or `dart`, which wraps one and has a weight for each tree. */
function findTrees(place: JsonPlace): { model: JsonPlace, weights: JsonPlace | undefined, booster: string } {
  const { value: name } = place.key('name')
  if (name === 'gblinear') place.key('name').fail('"gbtree" or "dart"', 'A linear model has no trees to convert.')
  if (name !== 'gbtree' && name !== 'dart') place.key('name').fail('"gbtree" or "dart"')
  const isDart = name === 'dart'
  const model = (isDart ? place.key('gbtree') : place).key('model')
  if (model.isAbsent) {
    model.fail('the trees', "This is a configuration, as Booster.save_config gives it: use Booster.save_model('model.json').")
  }
  // Since 3.3 DART is a gbtree whose trees have weights.
  const weights = isDart ? place.key('weight_drop') : model.key('weight_drop')
  return { model, weights: isDart || !weights.isAbsent ? weights : undefined, booster: String(name) }
}

/** DART's trees count with a weight each. */
interface Weights {
  readonly list: JsonPlace
  /**
   * [nOutputs] What the sums start at, where a row goes through one tree at a time: the base is added to its leaf, and
   * taken off before the weight.
   */
  readonly base: readonly number[] | undefined
}

function convertTrees(
  model: JsonPlace, nFeatures: number, nOutputs: number, weights: Weights | undefined, progress: Progress
): ConvertedTree[] {
  const places = model.key('trees').items()
  if (places.length === 0) model.key('trees').fail('at least one tree', 'Train the model for one round at least.')
  const outputs = readIntegers(model.key('tree_info'), 0, nOutputs - 1, places.length)
  const factors = weights && readNumbers(weights.list, places.length).map(fround)
  const width = hasVectors(model) ? nOutputs : 1
  const trees = places.map((place, i) => {
    if (readWidth(place) !== width) place.key('tree_param').key('size_leaf_vector').fail(JSON.stringify(String(width)))
    const factor = factors?.[i] ?? 1
    const tree = convertTree(place, nFeatures, outputs[i], (leaf, output) => {
      const start = weights?.base?.[output]
      return fround((start === undefined ? leaf : fround(fround(start + leaf) - start)) * factor)
    })
    progress(i + 1, places.length)
    return tree
  })
  // Each round has one per output; more outputs would be answered by the base alone.
  if (width === 1 && nOutputs > trees.length) {
    model.key('trees').fail(`at least one tree for each of the ${nOutputs} outputs`, 'The file was changed: save the model again.')
  }
  return trees
}

/** Whether each tree is of all outputs (`multi_strategy="multi_output_tree"`). */
function hasVectors(model: JsonPlace): boolean {
  const [first] = model.key('trees').items()
  return first !== undefined && readWidth(first) > 1
}

/** [nFeatures] Whether trees ask for a feature's categories. */
function findCategorical(
  model: JsonPlace, trees: readonly TreeDump[], features: readonly string[], version: Version
): boolean[] {
  const categorical = features.map(() => false)
  const compared = features.map(() => false)
  for (const tree of trees) {
    const nodes = new Set(tree.categoricalSplits?.map(split => split.node))
    tree.feature.forEach((feature, node) => {
      if (feature >= 0) (nodes.has(node) ? categorical : compared)[feature] = true
    })
  }
  if (categorical.includes(true) && !isSince(version, 1, 7)) {
    model.key('trees').fail(
      `splits without categories in a file of version ${version.join('.')}`,
      'Before 1.7 they were an experiment, and answered otherwise for unknown categories: ' +
      'load the file with XGBoost 1.7 or newer and save it again.'
    )
  }
  const both = features.findIndex((_, i) => categorical[i] && compared[i])
  if (both >= 0) model.key('trees').fail(`either thresholds or categories for ${JSON.stringify(features[both])}`)
  return categorical
}

/** [nOutputs] In the space of margins, as the file has it before 1.0. Up to 3.0 a single number stands for all. */
function readBase(parameters: JsonPlace, { toMargin }: Objective, nOutputs: number): number[] {
  const margin = parameters.key('base_margin')
  if (!margin.isAbsent) return Array.from({ length: nOutputs }, () => margin.number())
  const place = parameters.key('base_score')
  const scores = readScores(place)
  if (scores.length !== 1 && scores.length !== nOutputs) place.fail(`one number, or ${nOutputs}`)
  const base = scores.map(score => toMargin(fround(score)))
  if (!base.every(Number.isFinite)) place.fail('numbers that the objective can have for an answer')
  return Array.from({ length: nOutputs }, (_, i) => base[base.length === 1 ? 0 : i])
}

/**
 * Sums start at the base; early versions added it to the sum of the trees. There it becomes trees of one leaf, the last
 * ones.
 */
function placeBase(
  base: number[], trees: TreeDump[], version: Version, booster: string
): { base?: number[], trees: TreeDump[] } {
  if (isSince(version, 1, booster === 'dart' ? 4 : 3)) return { base, trees }
  const leaves = base.map((value, output): TreeDump => ({
    childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], missingGoToLeft: [0],
    output, value: [value]
  }))
  return { trees: [...trees, ...leaves] }
}

/** "5E-1", or since 3.1 "[5E-1,2E-1]". */
function readScores(place: JsonPlace): number[] {
  const { value } = place
  if (typeof value !== 'string' || !value.startsWith('[')) return [readParameter(place)]
  try {
    const scores = JSON.parse(value) as unknown
    if (Array.isArray(scores) && scores.length > 0 && scores.every(score => typeof score === 'number')) return scores
  } catch {
    // Told below.
  }
  return place.fail('a list of numbers as text')
}

function listOutputs(
  { kind }: Objective, nOutputs: number, wrapper: Wrapper | undefined, learner: JsonPlace
): Output[] {
  if (kind === 'values') return Array.from({ length: nOutputs }, () => ({}))
  const count = kind === 'classes' ? nOutputs : 2
  const { labels = Array.from({ length: count }, (_, label) => label) } = wrapper ?? {}
  if (labels.length !== count) {
    learner.key('attributes').fail(`${count} labels, as many as the classes that the trees know, and not ${labels.length}`)
  }
  return Array.from({ length: kind === 'classes' ? 1 : nOutputs }, () => ({ classes: [...labels] }))
}

function larger(a: number, b: number): number {
  return Math.max(a, b)
}

/** [nFeatures] The middle one of a feature's thresholds, or its largest category. */
function pickExamples(trees: readonly TreeDump[], nFeatures: number): Array<number | undefined> {
  const found = Array.from({ length: nFeatures }, (): number[] => [])
  for (const { feature, threshold, categoricalSplits } of trees) {
    const largest = new Map(categoricalSplits?.map(({ node, left }) => [node, left.reduce(larger, 0)]))
    feature.forEach((f, node) => {
      const number = largest.get(node) ?? Number(Number(threshold[node]).toPrecision(5))
      if (f >= 0 && Number.isFinite(number)) found[f].push(number)
    })
  }
  return found.map(numbers => numbers.sort((a, b) => a - b).at(numbers.length >> 1))
}

/** As XGBClassifier.feature_importances_: the mean gain of each feature's splits, divided by their sum. */
function computeImportances(
  trees: readonly ConvertedTree[], features: readonly string[]
): ConvertedEstimator['featureImportances'] {
  const total = new Float32Array(features.length)
  const count = new Float64Array(features.length)
  for (const { gains } of trees) {
    for (const [feature, gain] of gains) {
      total[feature] += gain
      count[feature]++
    }
  }
  const means = total.map((sum, i) => count[i] === 0 ? 0 : sum / count[i])
  const sum = means.reduce((all, mean) => fround(all + mean), 0)
  if (!(sum > 0 && Number.isFinite(sum))) return undefined
  return features.map((feature, i) => ({ feature, importance: fround(means[i] / sum) }))
}

/**
 * How many trees of each output a round has. Before 1.6 the file does not say; where rounds count, early stopping has
 * noted how many trees that is.
 */
function countParallel(model: JsonPlace, attributes: JsonPlace, wrapper: Wrapper | undefined): number {
  const place = model.key('gbtree_model_param').key('num_parallel_tree')
  if (!place.isAbsent) return Math.max(1, readCount(place, 0, 2 ** 31))
  const noted = attributes.key('best_ntree_limit')
  const limit = noted.isAbsent ? wrapper?.treeLimit : readCount(noted, 0, 2 ** 31)
  const count = (limit ?? 0) / (readBestRound(attributes) ?? 1)
  return Number.isInteger(count) ? Math.max(1, count) : noted.fail('as many trees in each round')
}

/** Counted from 1. Python notes it when early stopping is on; 1.x always. */
function readBestRound(attributes: JsonPlace): number | undefined {
  const place = attributes.key('best_iteration')
  return place.isAbsent ? undefined : readCount(place, 0, 2 ** 31) + 1
}
