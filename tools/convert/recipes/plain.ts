import { ConvertError } from '../errors/convert-error.js'
import { Frame } from '../common/frame.js'
import { nameBySignature } from '../common/signature.js'
import { convertModel, isEstimator } from '../registry/registry.js'
import { Beside } from './beside.js'
import { isBundle, readBundle } from './bundle.js'
import { readColumns } from './columns.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import type { Recipe } from '../common/recipe.js'
import type { PickleFile } from '../common/source-file.js'

/**
 * A predictor or pipeline alone in a file, or with what has a part in its answers: names of its columns, a threshold,
 * labels, codes. Columns have the model's own names, or those of the dict, or x0, x1, ... as scikit-learn calls them.
 */
export const plainRecipe: Recipe<PickleFile> = {
  name: 'plain',
  kinds: ['pickle'],
  parts: [{
    what: 'a predictor, a Pipeline that ends in one, or a dict with one of them',
    matches: ({ root }) => isEstimator(root) || isBundle(root)
  }],
  build([{ file, root, signature }], progress) {
    const bundle = readBundle(root)
    const { model } = bundle
    const beside = new Beside(bundle, readColumns(model))
    const columns = checkNames(nameBySignature(beside.nameColumns(), signature))
    const frame = new Frame()
    for (const name of columns) frame.addInput({ name, type: 'number' })
    beside.encode(columns, frame)
    const converted = beside.finish(convertModel(model, columns, frame, progress))
    return {
      ...converted,
      name: nameModel(file),
      description: `${describeEstimator(model)} from ${file}`,
      frame,
      estimator: describeEstimator(model),
      sklearnVersion: readSklearnVersion(model),
      beside: beside.uses
    }
  }
}

/** A name that a model may have, from the file's. */
export function nameModel(file: string): string {
  const stem = file.replace(/\.(pkl|joblib|pickle|skops)(\.\w+)?$/i, '')
  return stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model'
}

/** The dump's own limit. */
const MAX_NAME = 10_000

/** Every column is a field of a request, and of objects and schemas that are made of its name. */
export function checkNames(columns: string[]): string[] {
  const seen = new Set<string>()
  for (const name of columns) {
    const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name)
    const problem = name === '' ? 'has an empty name'
      : name.length > MAX_NAME ? `has a name of ${name.length} characters, expected at most ${MAX_NAME}`
        : seen.has(name) ? 'has the name of another column'
          : RESERVED.has(name) ? 'cannot be a key of a request' : undefined
    if (problem !== undefined) {
      throw new ConvertError(`The model's column ${shown} ${problem}.`, { hint: 'Rename it, fit the model again and save it.' })
    }
    seen.add(name)
  }
  return columns
}

/** Names that JSON or JSON Schema takes for something else. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', '$id', '$ref'])
