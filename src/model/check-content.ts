/** The check of a dump's content. Without any module of Node.js: browsers check dumps as well. */
import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { findFault, UNEXPECTED, type Fault } from '../dump/find-fault.js'
import { DUMP_SHAPE } from '../dump/shape.js'
import { checkFormat, checkParts, shorten } from './check-parts.js'
import { checkOutline } from './outline.js'

/**
 * A dump from a document that is parsed already, checked down to the structure of every tree but for its digest.
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function checkContent(document: unknown): Dump {
  checkFormat(document)
  checkShape(document)
  checkParts(document)
  return document
}

/** @throws DumpError naming the place in the document, what was expected and what came */
export function checkShape(document: object): asserts document is Dump {
  const fault = checkOutline(document, outline => findFault(DUMP_SHAPE, outline))
  if (fault === undefined) return
  const { path, expected, received } = fault
  throw new DumpError(joinPath(path), `${expected === UNEXPECTED ? expected : `expected ${expected}`}, received ${shorten(received)}`)
}

/** `['model', 'trees', 3, 'feature']` to `model.trees[3].feature`. */
function joinPath(path: Fault['path']): string {
  return path.map((key, i) => typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`).join('')
}
