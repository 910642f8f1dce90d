import { Errors, type ValueError } from '@sinclair/typebox/errors'
import { Check } from '@sinclair/typebox/value'
import { DumpError } from '../dump/dump-error.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, DumpSchema, type Dump, type TreeDump } from '../dump/dump.js'
import { validateEstimator } from '../evaluator/estimator.js'
import { checkDigest } from './digest.js'

/**
 * A dump from its text, checked down to the structure of every tree.
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function parseDump(text: string): Dump {
  return checkDump(parseJson(text))
}

/**
 * The same for a document that is parsed already.
 * @throws DumpError as {@link parseDump}
 */
export function checkDump(document: unknown): Dump {
  const dump = checkContent(document)
  checkDigest(dump)
  return dump
}

/**
 * The same but for the digest, for those who write it anew.
 * @throws DumpError as {@link parseDump}
 */
export function checkContent(document: unknown): Dump {
  checkFormat(document)
  checkShape(document)
  checkInputs(document)
  checkOutputs(document)
  validateEstimator(document.model)
  return document
}

/**
 * JSON as people put it where a dump should be, with or without a byte order mark.
 * @throws DumpError when it is none
 */
export function parseJson(text: string): unknown {
  if (/^\uFEFF?[^\s{[]/.test(text)) throw new DumpError('', describeForeign(text))
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new DumpError('', `not JSON (${(error as Error).message.slice(0, 120)}): the file is truncated or no dump`)
  }
}

/** What people put where a dump should be. */
function describeForeign(text: string): string {
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer, which stands for the dump: run git lfs pull'
  return 'not JSON: a .pkl or .joblib file has to be converted first (npm run convert)'
}

function checkFormat(document: unknown): asserts document is object {
  const { format, formatVersion } = (document ?? {}) as Record<string, unknown>
  if (format !== DUMP_FORMAT) {
    throw new DumpError('format', `expected "${DUMP_FORMAT}", received ${shorten(format)}: this is not a tree dump`)
  }
  if (typeof formatVersion === 'number' && formatVersion > DUMP_FORMAT_VERSION) {
    throw new DumpError(
      'formatVersion',
      `a newer release wrote this dump (format ${formatVersion}, this one reads up to ${DUMP_FORMAT_VERSION}): ` +
      'update recall-ml, or convert the model again with this release'
    )
  }
}

/** What of a tree has an entry per node or a leaf. */
const LONG: ReadonlyArray<keyof TreeDump> = [
  'childrenLeft', 'childrenRight', 'feature', 'threshold', 'missingGoToLeft', 'weightedNNodeSamples', 'value'
]

/**
 * An estimator with the long arrays of its trees empty, whose every entry `validateEstimator` looks at anyway. What is
 * no estimator stays as it is, for the schema to refuse.
 */
export function withoutNodes(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutNodes)
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]: [string, unknown]) =>
    [key, key === 'trees' && Array.isArray(value) ? value.map(emptyTree) : withoutNodes(value)]))
}

function emptyTree(tree: unknown): unknown {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return tree
  const copy: Record<string, unknown> = { ...tree }
  for (const key of LONG) if (Array.isArray(copy[key])) copy[key] = []
  return copy
}

/** Without the golden rows whose shape is right, but for the first: there may be hundreds. */
function withoutRows(outline: object): object {
  if (!('golden' in outline) || !Array.isArray(outline.golden)) return outline
  return { ...outline, golden: outline.golden.filter((row, i) => i === 0 || !isGoldenRow(row)) }
}

function isGoldenRow(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false
  const { input, values, ...rest } = row as Record<string, unknown>
  if (typeof input !== 'object' || input === null || Array.isArray(input) || !Array.isArray(values)) return false
  for (const value of Object.values(input)) {
    if (value !== null && typeof value !== 'string' && !Number.isFinite(value)) return false
  }
  return values.every(Number.isFinite) && Object.keys(rest).length === 0
}

function describeSchemaError(document: unknown): DumpError {
  const first = Errors(DumpSchema, document).First()
  if (first === undefined) return new DumpError('', 'not a valid dump')
  const error = findCause(first)
  const expected = error.message.charAt(0).toLowerCase() + error.message.slice(1)
  return new DumpError(toPath(error.path), `${expected}, received ${shorten(error.value)}`)
}

/**
 * Of a value that fits none of several shapes, the fault in the shape that it was meant to have: one whose constants,
 * such as its kind, fit, and of several the one where the fault lies deepest.
 */
function findCause(error: ValueError): ValueError {
  const variants = error.errors.map(variant => [...variant]).filter(causes => causes.length > 0)
  const meant = variants.filter(causes => !causes.some(({ path, schema }) =>
    'const' in schema && path.lastIndexOf('/') === error.path.length))
  const causes = (meant.length > 0 ? meant : variants).map(([first]) => findCause(first))
  return causes.reduce((best, cause) => cause.path.length > best.path.length ? cause : best, error)
}

/** `/model/trees/3/feature` to `model.trees[3].feature`. */
function toPath(pointer: string): string {
  return pointer.slice(1).replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.')
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function checkShape(document: object): asserts document is Dump {
  try {
    const outline = { ...document, ...('model' in document && { model: withoutNodes(document.model) }) }
    // Not compiled: an outline is small, and to compile the check takes three times as long as the check itself.
    if (!Check(DumpSchema, withoutRows(outline))) throw describeSchemaError(outline)
  } catch (error) {
    if (error instanceof RangeError) throw new DumpError('', 'nested too deep: no converter writes such a dump')
    throw error
  }
}

function checkOutputs({ outputs }: Dump): void {
  outputs.forEach(({ classes = [] }, i) => {
    if (new Set(classes).size < classes.length) throw new DumpError(`outputs[${i}].classes`, 'a label stands there twice')
  })
}

function checkInputs(dump: Dump): void {
  const names = new Set<string>()
  dump.inputs.forEach((input, i) => {
    if (input.name === '__proto__') throw new DumpError(`inputs[${i}].name`, '"__proto__" is not a name for a field')
    if (names.has(input.name)) throw new DumpError(`inputs[${i}].name`, `${shorten(input.name)} stands there twice`)
    names.add(input.name)
    if (input.type === 'number') {
      if ((input.minimum ?? -Infinity) > (input.maximum ?? Infinity)) {
        throw new DumpError(`inputs[${i}]`, `the minimum ${input.minimum} is above the maximum ${input.maximum}`)
      }
      return
    }
    if (input.type === 'any') return
    for (const category of [input.fallback?.missing, input.fallback?.unknown]) {
      if (typeof category === 'string' && !input.categories.includes(category)) {
        throw new DumpError(`inputs[${i}].fallback`, `${shorten(category)} is not one of the categories`)
      }
    }
  })
}
