/** Everything that a few files hold, taken for what its name and its class say. */
import { Located } from '../common/located.js'
import type { SourceFile } from '../common/source-file.js'
import { Dict } from '../pickle/values.js'
import { columnOf } from '../recipes/column-codes.js'
import { classifyKey, isSomeEncoder, isTargetEncoder } from '../recipes/key-roles.js'
import { isNothing, readTexts } from '../recipes/plain-values.js'
import { isEstimator, isTransformer } from '../registry/registry.js'
import { openRoot } from '../registry/open-root.js'
import { joinReference, listChildren } from './references.js'

/** What something in a file can be of a model. */
type Role = 'predictor' | 'transformer' | 'function' | 'encoder' | 'target-encoder' | 'some-encoder' | 'columns' |
  'calibrator' | 'threshold' | 'labels' | 'note' | 'unclear'

/** Something in a file. */
export interface Content {
  /** As a recipe refers to it. */
  readonly reference: string
  /** Its key, or the file's name without what it ends with. */
  readonly name: string
  readonly at: Located
  readonly role: Role
}

const MAX_DEPTH = 4

/** @param files of which those of ONNX have no contents */
export function listContents(files: readonly SourceFile[]): Content[] {
  return files.filter(({ kind }) => kind !== 'onnx').flatMap(file => {
    const stem = file.file.replace(/(\.[a-z0-9]+)+$/i, '')
    return listWithin(file.file, [], stem, openRoot(file, true), 0)
  })
}

function listWithin(file: string, keys: readonly string[], name: string, at: Located, depth: number): Content[] {
  const reference = joinReference(file, keys)
  const role = findRole(name, at)
  if (role !== undefined || depth > MAX_DEPTH) return [{ reference, name, at, role: role ?? 'unclear' }]
  const children = listChildren(at)
  // A list without anything to take apart is one thing, and so is a dict of plain values whose name says nothing.
  const inner = children.flatMap(child => listWithin(file, [...keys, child.key], child.key, child.at, depth + 1))
  return children.length > 0 ? inner : [{ reference, name, at, role: 'unclear' }]
}

/** Undefined for what has to be taken apart. */
function findRole(name: string, at: Located): Role | undefined {
  if (at.isOpaque) return at.isName ? 'function' : classifyKey(name)?.role === 'note' ? 'note' : 'unclear'
  if (at.className === 'LabelEncoder') return isTargetEncoder(name) ? 'target-encoder' : isSomeEncoder(name) ? 'some-encoder' : 'encoder'
  if (isEstimator(at) && !isTransformer(at)) return 'predictor'
  if (isTransformer(at)) return 'transformer'
  if (at.className === 'IsotonicRegression' || at.className === '_SigmoidCalibration') return 'calibrator'
  const role = classifyKey(name)?.role
  if (role === 'note' || role === 'report' || role === 'target-name' || role === 'column-kinds' || isNothing(at.value)) return 'note'
  if (readTexts(at) !== undefined) return role === 'labels' ? 'labels' : role === undefined || role === 'columns' ? 'columns' : 'unclear'
  if (typeof at.value === 'number') return role === 'threshold' ? 'threshold' : 'unclear'
  if (at.value instanceof Dict && role === 'labels') return 'labels'
  if (isMapping(at)) return 'encoder'
  return listChildren(at).length > 0 && role !== 'unclear' ? undefined : 'unclear'
}

/** A dict from texts to numbers. */
function isMapping({ value }: Located): boolean {
  return value instanceof Dict && value.entries.size > 0 && [...value.entries.values()].every(item => typeof item === 'number')
}

/** The column that an encoder's name says; the name itself where it is none that is known. */
export function encodedColumn({ name }: Content, columns: readonly string[]): string {
  return columnOf(name, columns) ?? name
}
