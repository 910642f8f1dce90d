/** The check of a dump's content. Without any module of Node.js: browsers check dumps as well. */
import { DumpError } from '../dump/dump-error.js'
import type { Dump, TreeDump } from '../dump/dump.js'
import { findFault, UNEXPECTED, type Fault } from '../dump/find-fault.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, MAX_NESTING } from '../dump/format.js'
import { DUMP_SHAPE } from '../dump/shape.js'
import { validatePredictors } from '../evaluator/estimator.js'

/**
 * A dump from a document that is parsed already, checked down to the structure of every tree but for its digest.
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function checkContent(document: unknown): Dump {
  checkFormat(document)
  checkShape(document)
  checkInputs(document)
  checkOutputs(document)
  validatePredictors(document)
  return document
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
 * @throws DumpError for more levels than {@link MAX_NESTING}
 */
export function withoutNodes(part: unknown, depth = 0): unknown {
  if (typeof part !== 'object' || part === null) return part
  if (depth > MAX_NESTING) throw tooDeep()
  if (Array.isArray(part)) return part.map(item => withoutNodes(item, depth + 1))
  return Object.fromEntries(Object.entries(part).map(([key, value]: [string, unknown]) =>
    [key, key === 'trees' && Array.isArray(value) ? value.map(emptyTree) : withoutNodes(value, depth + 1)]))
}

function tooDeep(): DumpError {
  return new DumpError('', 'nested too deep: no converter writes such a dump')
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

/** `['model', 'trees', 3, 'feature']` to `model.trees[3].feature`. */
function joinPath(path: Fault['path']): string {
  return path.map((key, i) => typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`).join('')
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function checkShape(document: object): asserts document is Dump {
  const fault = findShapeFault(document)
  if (fault === undefined) return
  const { path, expected, received } = fault
  throw new DumpError(joinPath(path), `${expected === UNEXPECTED ? expected : `expected ${expected}`}, received ${shorten(received)}`)
}

function findShapeFault(document: object): Fault | undefined {
  try {
    const outline = Object.fromEntries(Object.entries(document).map(([key, part]: [string, unknown]) =>
      [key, key === 'model' || key === 'steps' ? withoutNodes(part) : part]))
    return findFault(DUMP_SHAPE, withoutRows(outline))
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep()
    throw error
  }
}

function checkOutputs({ outputs }: Dump): void {
  outputs.forEach(({ classes = [] }, i) => {
    if (new Set(classes).size < classes.length) throw new DumpError(`outputs[${i}].classes`, 'duplicate label')
  })
}

function checkInputs(dump: Dump): void {
  const names = new Set<string>()
  dump.inputs.forEach((input, i) => {
    if (input.name === '__proto__') throw new DumpError(`inputs[${i}].name`, '"__proto__" is not a name for a field')
    if (names.has(input.name)) throw new DumpError(`inputs[${i}].name`, `duplicate name ${shorten(input.name)}`)
    names.add(input.name)
    if (input.type === 'number') {
      if ((input.minimum ?? -Infinity) > (input.maximum ?? Infinity)) {
        throw new DumpError(`inputs[${i}]`, `the minimum ${input.minimum} is above the maximum ${input.maximum}`)
      }
      return
    }
    if (input.type !== 'category') return
    if (input.hashed && input.fallback !== undefined) {
      throw new DumpError(`inputs[${i}].fallback`, 'expected none of an input whose text is hashed')
    }
    for (const category of [input.fallback?.missing, input.fallback?.unknown]) {
      if (typeof category === 'string' && !input.categories.includes(category)) {
        throw new DumpError(`inputs[${i}].fallback`, `${shorten(category)} is not one of the categories`)
      }
    }
  })
}
