/** What the files of a chain hold: one predictor, transformers, and what stands beside them. */
import { ConvertError } from '../errors/convert-error.js'
import { Dict, type Value } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import type { SourceFile } from '../common/source-file.js'
import { isSavedModel, openRoot } from '../registry/open-root.js'
import { isEstimator, isTransformer } from '../registry/registry.js'
import { isBundle, listEntries, readBundle, type Entry } from './bundle.js'
import { classifyKey, isOfTarget, isSomeEncoder, isTargetEncoder } from './key-roles.js'
import { readTexts } from './plain-values.js'

export interface ChainParts {
  readonly predictor: SourceFile
  readonly model: Located
  /** In the order of the files. */
  readonly transformers: readonly Entry[]
  /** Everything else. */
  readonly others: readonly Entry[]
  /** Whether the order of the files says in which order the transformers are applied. */
  readonly isOrdered: boolean
}

/** Whether a file has a predictor in it, alone or among other things. */
export function holdsPredictor(file: SourceFile): boolean {
  if (file.kind === 'json') return isSavedModel(file.json)
  if (file.kind !== 'pickle') return file.kind !== 'onnx'
  const { root } = file
  if (isEstimator(root)) return !isTransformer(root)
  return isBundle(root) && listEntries(root).some(({ at }) => isEstimator(at) && !isTransformer(at))
}

/** Whether a file may stand beside that of a predictor. */
export function isCompanion(file: SourceFile): boolean {
  if (holdsPredictor(file)) return false
  if (file.kind !== 'pickle') return file.kind === 'json' && isPlainJson(file.json)
  const { root } = file
  return isTransformer(root) || isBundle(root) || isPlain(root.value) || readTexts(root) !== undefined
}

function isPlain(value: Value | undefined): boolean {
  return typeof value === 'number' || typeof value === 'string'
}

/** @param files of which one holds a predictor */
export function readParts(files: readonly SourceFile[]): ChainParts {
  const predictor = files.find(holdsPredictor)
  if (predictor === undefined) throw new ConvertError('None of the files holds a predictor.')
  const bundle = readBundle(openRoot(predictor, false))
  const lists = files.filter(file => file !== predictor).map(listCompanion)
  const isStep = ({ at }: Entry) => isTransformer(at) && at.className !== 'LabelEncoder'
  const entries = lists.flat()
  for (const { key, at } of entries.filter(isStep)) {
    if (key !== undefined && isOfTarget(key)) {
      at.fail('a transformer of the columns, not of the target', 'Save a TransformedTargetRegressor, which undoes what it did to the target.')
    }
  }
  return {
    predictor,
    model: bundle.model,
    transformers: entries.filter(isStep),
    others: [...bundle.others, ...entries.filter(entry => !isStep(entry))],
    isOrdered: files[files.length - 1] === predictor && lists.every(list => list.filter(isStep).length <= 1)
  }
}

/** What a file holds, under its name where it has no other. */
function listCompanion(file: SourceFile): Entry[] {
  const stem = file.file.replace(/(\.[a-z0-9]+)+$/i, '')
  const at = openRoot(file, true)
  if (at.value instanceof Dict) {
    // A dict of encoders is by column; any other says what its parts are.
    return isEncodings(at) ? [{ key: 'encoders', at }] : listEntries(at)
  }
  if (readTexts(at) !== undefined) return [{ key: classifyKey(stem) === undefined ? undefined : stem, at }]
  if (isBundle(at)) return listEntries(at)
  return [{ key: stem, at }]
}

function isEncodings(dict: Located): boolean {
  const entries = dict.entries()
  return entries.length > 0 && entries.every(({ key, at }) => typeof key.value === 'string' && !at.isOpaque &&
    (at.className === 'LabelEncoder' || at.value instanceof Dict) && !isSomeEncoder(key.value) && !isTargetEncoder(key.value))
}

/** Names, labels, a threshold: what people write beside a model. */
function isPlainJson(json: unknown): boolean {
  if (Array.isArray(json)) return json.length > 0 && json.every(item => typeof item === 'string')
  return typeof json === 'object' && json !== null
}
