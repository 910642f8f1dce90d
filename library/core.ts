/**
 * `recall-ml/core`: models from parsed dumps, for browsers, workers and edge runtimes. No module of Node.js and no
 * package is loaded.
 */
import { checkContent } from '../src/model/check-content.js'
import { createModel as compileModel } from '../src/model/create-model.js'
import { checkDigestWith, hashContent } from '../src/model/hash-content.js'
import { Sha256 } from '../src/model/sha256.js'
import { openModel, type Model } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export type { Answer, ClassAnswer, OutlierAnswer, ValueAnswer } from './answer.js'
export type { FeatureImportance, Input, InputRow, Label, Model, Output, Provenance } from './model.js'

/**
 * A model from its dump: checked as the service checks it, and proven on its golden rows.
 * @param dump the parsed JSON of a dump, such as `await response.json()`
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function createModel(dump: unknown): Model {
  const checked = checkContent(dump)
  checkDigestWith(checked, content => hashContent(content, new Sha256()))
  return openModel(compileModel(checked))
}
