/** Of the thousands of columns that a vectorizer makes, a dump keeps those that something asks for. */
import type { Dump, Estimator, Step } from '../../src/dump/dump.js'
import { listPredictors, listReaders } from '../../src/dump/list-forests.js'
import { columnsOf } from '../../src/pipeline/expression.js'

type Parts = Pick<Dump, 'steps' | 'model' | 'featureImportances'>

/** Steps that change each column by itself: those that nothing reads can be left out. */
const BY_COLUMN: ReadonlySet<Step['op']> = new Set([
  'apply', 'clip', 'multiply', 'scale', 'threshold', 'zero-to-missing'
])

/** Leaves the dump as it is where it has no vectorizer. */
export function pruneTerms<T extends Parts>(dump: T): T {
  const terms = new Set(dump.steps.flatMap(step => step.op === 'vectorize' ? step.as : []))
  if (terms.size === 0) return dump
  for (const step of dump.steps) {
    if (step.op === 'derive' && typeof step.expression === 'string' && terms.has(step.expression)) terms.add(step.column)
  }
  for (const predictor of listPredictors(dump)) pruneFeatures(predictor, terms)
  const needed = new Set(listReaders(dump.model).flatMap(({ features }) => features))
  const { featureImportances } = dump
  return {
    ...dump,
    steps: pruneSteps(dump.steps, terms, needed),
    ...(featureImportances !== undefined && {
      featureImportances: featureImportances.filter(({ feature }) => !terms.has(feature) || needed.has(feature))
    })
  }
}

/** A forest reads the terms that its trees ask for. */
function pruneFeatures(predictor: Estimator, terms: ReadonlySet<string>): void {
  for (const reader of listReaders(predictor)) {
    if (reader.kind !== 'forest') continue
    const asked = new Set(reader.trees.flatMap(({ feature }) => feature))
    const kept = reader.features.map((_, f) => f).filter(f => asked.has(f) || !terms.has(reader.features[f]))
    if (kept.length === 0) kept.push(0)
    const places = new Map(kept.map((f, i) => [f, i]))
    for (const tree of reader.trees) tree.feature = tree.feature.map(f => places.get(f) ?? f)
    reader.features = kept.map(f => reader.features[f])
  }
}

/** @param needed names of columns that the model reads; gets those that the steps do */
function pruneSteps(steps: readonly Step[], terms: ReadonlySet<string>, needed: Set<string>): Step[] {
  const unneeded = (name: string) => terms.has(name) && !needed.has(name)
  const kept: Step[] = []
  for (const step of steps.toReversed()) {
    if (step.op === 'derive' && unneeded(step.column)) continue
    const pruned = step.op === 'vectorize' ? pruneVectorizer(step, needed)
      : BY_COLUMN.has(step.op) && 'columns' in step ? pruneColumns(step, unneeded) : step
    if (pruned === undefined) continue
    for (const name of namesIn(pruned)) needed.add(name)
    kept.push(pruned)
  }
  return kept.reverse()
}

function pruneVectorizer(step: Extract<Step, { op: 'vectorize' }>, needed: ReadonlySet<string>): Step {
  const kept = step.as.map((_, i) => i).filter(i => needed.has(step.as[i]))
  const as = kept.map(i => step.as[i])
  const at = kept.map(i => step.at[i])
  // Without a norm the terms that nobody asks for do not matter.
  if (step.terms === undefined || step.norm !== undefined || kept.length === 0) return { ...step, at, as }
  const { terms, idf } = step
  const weights = idf && { idf: at.map(i => idf[i]) }
  return { ...step, terms: at.map(i => terms[i]), ...weights, at: at.map((_, i) => i), as }
}

/** @returns undefined when no column is left */
function pruneColumns(
  step: Extract<Step, { columns: string[] }>, unneeded: (name: string) => boolean
): Step | undefined {
  const { columns } = step
  const kept = columns.map((_, i) => i).filter(i => !unneeded(columns[i]))
  if (kept.length === columns.length) return step
  if (kept.length === 0) return undefined
  const pick = (value: unknown) =>
    Array.isArray(value) && value.length === columns.length ? kept.map(i => value[i] as unknown) : value
  const entries = Object.entries(step).map(([key, value]: [string, unknown]) => [key, pick(value)])
  return Object.fromEntries(entries) as Step
}

/** Columns that a step reads, or changes. */
function namesIn(step: Step): string[] {
  if (step.op === 'derive') return columnsOf(step.expression)
  if (step.op === 'predict') return listReaders(step.model).flatMap(({ features }) => features)
  if (step.op === 'replace') return [step.column, step.by, step.where]
  return 'columns' in step ? step.columns : [step.column]
}
