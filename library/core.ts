/**
 * `recall-ml/core`: models from parsed dumps, for browsers, workers and edge runtimes. No module of Node.js and no
 * package is loaded, and what most models have no use for only with a model that has.
 */
import { COMMON_SHAPE } from '../src/dump/common-shape.js'
import type { Dump } from '../src/dump/dump.js'
import { fitsShape } from '../src/dump/fits-shape.js'
import { checkFormat, checkParts } from '../src/model/check-parts.js'
import { COMMON_KINDS } from '../src/model/common-kinds.js'
import { compileModel } from '../src/model/compile-model.js'
import { checkDigestWith, hashContent } from '../src/model/hash-content.js'
import { checkOutline } from '../src/model/outline.js'
import { Sha256 } from '../src/model/sha256.js'
import type * as more from './core-more.js'
import { openModel, type Model } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export type { Answer, ClassAnswer, OutlierAnswer, ValueAnswer } from './answer.js'
export type { FeatureImportance, Input, InputRow, Label, Model, Output, Provenance } from './model.js'

/**
 * A model from its dump: checked as the service checks it, and proven on its golden rows.
 * @param dump the parsed JSON of a dump, such as `await response.json()`
 * @throws DumpError naming the place in the document, what was expected and what came; an error that names the file
 * when the dump has what is in `core-more.min.js`, and that cannot be loaded
 */
export async function createModel(dump: unknown): Promise<Model> {
  checkFormat(dump)
  let kinds = COMMON_KINDS
  if (!isCommon(dump)) {
    // A damaged dump as well: to say what is wrong takes the shape of all of them.
    const loaded: typeof more = await loadMore()
    loaded.checkShape(dump)
    kinds = loaded.ALL_KINDS
  }
  checkParts(dump)
  checkDigestWith(dump, content => hashContent(content, new Sha256()))
  return openModel(compileModel(dump, kinds))
}

function isCommon(document: object): document is Dump {
  return checkOutline(document, outline => fitsShape(COMMON_SHAPE, outline))
}

async function loadMore(): Promise<typeof more> {
  try {
    return await import('./core-more.js')
  } catch (cause) {
    throw new Error(
      `core-more.min.js cannot be loaded (${String(cause)}): serve it beside core.min.js. It has what this dump needs ` +
      'beyond the kinds of models that core.min.js knows, or says what is wrong with the dump', { cause }
    )
  }
}
