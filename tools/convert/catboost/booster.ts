/** A model of CatBoost into the dump's form, whichever format it was in. */
import type { ForestDump } from '../../../src/dump/dump.js'
import type { ConvertedEstimator, Progress } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { nameBySignature, type Signature } from '../common/signature.js'
import { ConvertError } from '../errors/convert-error.js'
import { findText } from './hashes.js'
import type { CatboostModel, CatFeature, FloatFeature, TreeNode } from './model.js'
import { finishModel, readObjective, type Role } from './objective.js'
import { ForestRow, type SourceColumns } from './row.js'
import { convertTree } from './tree.js'

/** Categories by which an input is described, and for which texts are looked for. */
const MAX_KNOWN = 24
/** Fewer where there are many such features: a text takes some milliseconds. */
const MAX_TEXTS = 600

export interface ConvertedCatboost extends ConvertedEstimator {
  /** Such as "CatBoost 1.2.10, Logloss". */
  readonly title: string
}

/** A model within one of scikit-learn, whose columns are there already. */
export interface GivenColumns {
  /** [nFeatures] */
  readonly columns: readonly string[]
  /** The estimator, for messages. */
  readonly at: Located
}

/**
 * The answers are those of CatBoostClassifier.predict_proba and predict, or of CatBoostRegressor.predict, on an x86-64
 * processor.
 * @param role which of its classes the model is; undefined where the file does not say
 * @throws ConvertError for what cannot be reproduced
 */
export function convertCatboost(
  model: CatboostModel, frame: Frame, progress: Progress, role: Role, given?: GivenColumns, signature?: Signature
): ConvertedCatboost {
  const at = given?.at ?? { fail: (expected: string, hint?: string): never => {
    throw new ConvertError(`The model: expected ${expected}.`, hint === undefined ? {} : { hint })
  } }
  if (model.trees.length === 0) at.fail('at least one tree', 'Train the model for one iteration at least.')
  if (model.bias.length !== model.dimension) at.fail(`a bias for each of the ${model.dimension} sums`)
  const objective = readObjective(model, role)
  const row = new ForestRow(model, at)
  const trees = model.trees.map((tree, t) => {
    const converted = convertTree(checkWidth(tree(), model.dimension, t), row, `tree ${t}`)
    progress(t + 1, model.trees.length)
    return converted
  })
  const names = nameBySignature(listNames(model), signature)
  if (given !== undefined && given.columns.length !== names.length) {
    at.fail(`a model of ${given.columns.length} columns, as many as reach it, and not of ${names.length}`)
  }
  const sources = given === undefined ? addInputs(model, names, row, frame) : takeColumns(model, given, row, frame)
  const isScaled = model.scale !== 1 || model.bias.some(bias => bias !== 0)
  const forest: ForestDump = {
    kind: 'forest', estimator: `CatBoost ${objective.name}`, split: '<=', precision: 'float32', acceptsInfinite: true,
    features: row.addColumns(frame, sources),
    leaves: 'values', nOutputs: model.dimension, aggregate: 'sum',
    ...(isScaled && { scale: { factor: model.scale, offset: [...model.bias] } }),
    trees
  }
  return {
    task: objective.outputs.some(({ classes }) => classes !== undefined) ? 'classifier' : 'regressor',
    outputs: objective.outputs,
    model: finishModel(forest, objective),
    title: `CatBoost${readVersion(model)}, ${objective.name}`
  }
}

/** Of the version that trained it, such as " 1.2.10", from a note that has the tag of its release. */
function readVersion({ info }: CatboostModel): string {
  const note = info.get('catboost_version_info')
  const [, version] = typeof note === 'string' ? /(?:tags\/v|CatBoost release )(\d+(?:\.\d+){1,3})/.exec(note) ?? [] : []
  return version === undefined ? '' : ` ${version}`
}

/** Checks the leaves as they are made. */
function checkWidth(node: TreeNode, width: number, tree: number): TreeNode {
  if ('values' in node) {
    if (node.values.length === width && node.values.every(Number.isFinite)) return node
    throw new ConvertError(`Tree ${tree}: expected ${width} finite numbers in each leaf, found ${node.values.length}.`)
  }
  const { condition, no, yes } = node
  return { condition, no: () => checkWidth(no(), width, tree), yes: () => checkWidth(yes(), width, tree) }
}

/** [nFeatures] By the place among all columns. */
function byPlace({ floatFeatures, catFeatures }: CatboostModel): Array<FloatFeature | CatFeature | undefined> {
  const features: Array<FloatFeature | CatFeature | undefined> = []
  for (const feature of [...floatFeatures, ...catFeatures]) {
    if (features[feature.flatIndex] !== undefined) throw new ConvertError(`Two features are column ${feature.flatIndex}.`)
    features[feature.flatIndex] = feature
  }
  return Array.from(features)
}

/** Names of the columns that a model takes: x0, x1, ... where it was not told any. */
export function listNames(model: CatboostModel): string[] {
  const names = byPlace(model).map((feature, i) => feature?.name ?? `x${i}`)
  // A training on an array calls its columns by their numbers.
  const isNumbered = names.every((name, i) => name === String(i))
  return isNumbered ? names.map((_, i) => `x${i}`) : names
}

function isFloat(feature: FloatFeature | CatFeature): feature is FloatFeature {
  return 'borders' in feature
}

function addInputs(model: CatboostModel, names: readonly string[], row: ForestRow, frame: Frame): SourceColumns {
  const sources = { floats: new Map<number, string>(), categories: new Map<number, string>() }
  const used = row.usedCategories
  byPlace(model).forEach((feature, i) => {
    const name = names[i]
    if (feature === undefined) frame.addInput({ name, type: 'any' })
    else if (!isFloat(feature)) {
      const categories = used.has(feature.index) ? listKnown(model, row, feature.index, used.size) : undefined
      if (categories === undefined) frame.addInput({ name, type: 'any' })
      else {
        frame.addInput({ name, type: 'category', hashed: true, categories, example: categories[0] })
        frame.readByEncoder(name, { missing: false, unknown: true })
        sources.categories.set(feature.index, name)
      }
    } else {
      const { borders } = feature
      const example = borders[borders.length >> 1]
      const isUsual = example !== undefined && Math.abs(example) < 1e30
      frame.addInput({ name, type: 'number', ...(isUsual && { example: Number(example.toPrecision(5)) }) })
      frame.acceptMissing([name])
      sources.floats.set(feature.index, name)
    }
  })
  return sources
}

/** Some of the texts that the model knows, or texts with the same hash. */
function listKnown({ categoryNames }: CatboostModel, row: ForestRow, feature: number, nFeatures: number): string[] {
  const hashes = row.knownHashes(feature).slice(0, Math.max(2, Math.min(MAX_KNOWN, Math.floor(MAX_TEXTS / nFeatures))))
  const texts = hashes.map(hash => categoryNames.get(hash) ?? findText(hash)).filter(text => text !== undefined)
  // Of a feature that only combinations know, any category of the file may be one.
  return texts.length > 0 ? [...new Set(texts)] : [...new Set([...categoryNames.values(), 'any'])].slice(0, MAX_KNOWN)
}

function takeColumns(model: CatboostModel, { columns, at }: GivenColumns, row: ForestRow, frame: Frame): SourceColumns {
  const sources = { floats: new Map<number, string>(), categories: new Map<number, string>() }
  const used = row.usedCategories
  byPlace(model).forEach((feature, i) => {
    if (feature === undefined) return
    if (isFloat(feature)) {
      frame.acceptMissing([columns[i]])
      sources.floats.set(feature.index, columns[i])
    } else if (used.has(feature.index)) {
      frame.hashText(columns[i], listKnown(model, row, feature.index, used.size), at)
      sources.categories.set(feature.index, columns[i])
    }
  })
  return sources
}
