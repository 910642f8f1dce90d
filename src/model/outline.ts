/** What of a dump is compared with its shape: not what there is thousands of, which other checks look at one by one. */
import { DumpError } from '../dump/dump-error.js'
import type { TreeDump } from '../dump/dump.js'
import { MAX_NESTING } from '../dump/format.js'

/**
 * What a check of shapes says of a document, which is not given it whole.
 * @throws DumpError for more levels than {@link MAX_NESTING}
 */
export function checkOutline<Result>(document: object, check: (outline: object) => Result): Result {
  try {
    const outline = Object.fromEntries(Object.entries(document).map(([key, part]: [string, unknown]) =>
      [key, key === 'model' || key === 'steps' ? withoutNodes(part) : part]))
    return check(withoutRows(outline))
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep()
    throw error
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
