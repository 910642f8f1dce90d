/** The models of a folder: that of MLflow, or all that are recognised. */
import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SourceFile } from '../common/source-file.js'
import { ConvertError } from '../errors/convert-error.js'
import { MLMODEL } from '../mlflow/mlmodel.js'
import { openDiskFolder, type Folder } from './folder.js'
import { readMlflowModel } from './read-mlflow-model.js'
import { parseSourceFile } from './read-source-file.js'

/** Files that are models, and must be such that can be read. */
const MODELS = /\.(pkl|pickle|p|joblib|sav|skops|ubj|xgb|lgb|lightgbm|model|cbm|cb|onnx|bin)(\.(gz|z|zlib|bz2|xz|lzma|lz4))?$/i

/** Files that may be models of LightGBM, XGBoost, CatBoost or ml-random-forest, and need not. */
const MAYBE = /\.(txt|json)(\.gz)?$/i
const MAX_MAYBE_BYTES = 64

/** @throws ConvertError when there is no model, or one that cannot be read */
export function readFolder(folder: Folder): SourceFile[] {
  const { paths } = folder
  const descriptions = paths.filter(path => path === MLMODEL || path.endsWith(`/${MLMODEL}`))
  if (descriptions.length > 1) {
    throw new ConvertError(`${descriptions.length} models of MLflow: ${list(descriptions)}.`, { hint: 'Name the folder of one of them.' })
  }
  if (descriptions.length === 1) return [readMlflowModel(folder, descriptions[0].slice(0, -MLMODEL.length))]
  const found = paths.filter(path => isModel(folder, path))
    .map(path => parseSourceFile({ name: path, bytes: folder.read(path) }))
  if (found.length > 0) return found
  throw new ConvertError(`expected a model file, such as model.pkl or model.skops, found ${paths.length === 0 ? 'no files' : list(paths)}.`)
}

/** The model files in a folder by the names of theirs; the path itself when it is not a folder, or has none. */
export function listModelFiles(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  const found = openDiskFolder(path).paths.filter(name => MODELS.test(name)).map(name => join(path, name))
  return found.length > 0 ? found : [path]
}

/**
 * Everything in a folder that is a model by itself: folders of MLflow, and model files outside of these.
 * @throws ConvertError when the folder cannot be read
 */
export function listModels(path: string): string[] {
  const folder = openDiskFolder(path)
  const packed = folder.paths.filter(name => basename(name) === MLMODEL).map(dirname)
  const isPacked = (name: string) => packed.some(root => root === '.' || name.startsWith(`${root}/`))
  const files = folder.paths.filter(name => !isPacked(name) && isModel(folder, name))
  return [...packed, ...files].map(name => join(path, name)).sort()
}

function isModel(folder: Folder, name: string): boolean {
  return MODELS.test(name) || (MAYBE.test(name) && looksLikeModel(folder.read(name)))
}

/** The text of LightGBM, or JSON of XGBoost, CatBoost or ml-random-forest, by how they begin. */
function looksLikeModel(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, MAX_MAYBE_BYTES)).toString('latin1')
  return /^tree\r?\n/.test(start) || /^\s*\{\s*"(learner|version|baseModel|indexes|name|ctr_data|features_info)"/.test(start) || start.startsWith('\x1f\x8b')
}

function list(paths: readonly string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ')
}
