/**
 * `recall-ml/explain`: why a model answers as it does, in the caller's fields, exactly. As `recall-ml/core` it loads no
 * module of Node.js and no package.
 */
import type { Dump, ForestDump } from '../src/dump/dump.js'
import { describeValue } from '../src/errors/describe-value.js'
import { InputError } from '../src/errors/input-error.js'
import { compileForest, type CompiledForest } from '../src/evaluator/compile.js'
import { compileFast } from '../src/evaluator/evaluate-forest.js'
import type { Space } from '../src/explain/additive.js'
import { createExplainer as compileExplainer } from '../src/explain/explainer.js'
import { checkContent } from '../src/model/check-content.js'
import { createRowCheck } from '../src/model/check-row.js'
import { createModel } from '../src/model/create-model.js'
import { checkDigestWith, hashContent } from '../src/model/hash-content.js'
import { Sha256 } from '../src/model/sha256.js'
import { isUnrelated, unrelatedRowError } from '../src/model/unrelated-row.js'
import type { InputRow, Label } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export { NotAdditiveError } from '../src/explain/not-additive-error.js'
export type { Space } from '../src/explain/additive.js'
export type { InputRow, Label } from './model.js'

export interface ExplainOptions {
  /** The class whose number is explained, instead of the predicted one. */
  readonly label?: Label
  /** Of a model with several outputs, the index of the one that is explained; 0 when absent. */
  readonly output?: number
  /** How many of the strongest factors are listed, instead of all. */
  readonly top?: number
}

/** What one field has contributed, or what several fields have that the model reads together. */
export interface Factor {
  readonly fields: readonly string[]
  /** The values of these fields, as they were sent. */
  readonly values: Readonly<Record<string, unknown>>
  readonly contribution: number
}

/** `base`, all contributions and `rest` add up to `value`. */
export interface Explanation {
  /** What is explained, and in which unit contributions are. */
  readonly space: Space
  /** What is explained instead of the answer, where that itself is not a sum over trees. */
  readonly instead?: string
  /** The class that is explained. */
  readonly label?: Label
  /** What the model expects of a row of which it knows nothing. */
  readonly base: number
  readonly value: number
  /** Strongest first. */
  readonly factors: readonly Factor[]
  /** What the factors that are not listed have contributed. */
  readonly rest: number
  /** The contribution of each field: those of several fields count for each of them in equal parts. */
  readonly fields: Readonly<Record<string, number>>
  /** Fields that counted as their fallback; absent when there are none. */
  readonly defaulted?: readonly string[]
}

export interface Explainer {
  readonly space: Space
  /**
   * @param row as `Model.predict` takes it
   * @throws InputError naming each field, or option, that cannot be used
   */
  explain(row: InputRow, options?: ExplainOptions): Explanation
}

/**
 * @param dump the parsed JSON of a dump
 * @throws DumpError as `createModel`; NotAdditiveError with the reason for which the model has no exact explanation
 */
export function createExplainer(dump: unknown): Explainer {
  const checked = checkContent(dump)
  checkDigestWith(checked, content => hashContent(content, new Sha256()))
  return openExplainer(checked)
}

function openExplainer(dump: Dump): Explainer {
  // The explainer walks the same forests as the model.
  const compiled = new Map<ForestDump, CompiledForest>()
  const model = createModel(dump, forest => {
    const evaluate = compileFast(forest)
    if (evaluate.compiled !== undefined) compiled.set(forest, evaluate.compiled)
    return evaluate
  })
  const explainer = compileExplainer(dump, forest => compiled.get(forest) ?? compileForest(forest))
  const check = createRowCheck(model)
  return {
    space: explainer.space,
    explain(given, options = {}) {
      const row = check(given, 'row')
      const { classIndexes, defaulted } = model.predict(row)
      if (isUnrelated(model, row, defaulted)) throw unrelatedRowError(model, row, 'row')
      const output = options.output ?? 0
      if (!Number.isInteger(output) || dump.outputs[output] === undefined) {
        throw optionError('output', `a whole number from 0 to ${dump.outputs.length - 1}`, output)
      }
      const top = options.top ?? Infinity
      if (top !== Infinity && !(Number.isInteger(top) && top >= 0)) throw optionError('top', 'a whole number, 0 or more', top)
      // What is explained of an outlier detector is its trees' depth, which is not that of a class.
      const classes = dump.task === 'outlier-detector' ? undefined : dump.outputs[output].classes
      const label = options.label ?? classes?.[classIndexes[output]]
      const labels = explainer.labels[output]
      const number = findNumber(labels, classes, label)
      const { base, value, contributions } = explainer.explain(row, output, number)
      // The one number of two classes speaks for the second, and with the other sign for the first.
      const sign = label !== undefined && labels[number] !== label ? -1 : 1
      const factors = contributions
        .map(({ fields, contribution }) => ({ fields, values: pick(row, fields), contribution: sign * contribution }))
        .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      return {
        space: explainer.space,
        ...(explainer.instead === undefined ? {} : { instead: explainer.instead }),
        ...(label === undefined ? {} : { label }),
        base: sign * base,
        value: sign * value,
        factors: factors.slice(0, top),
        rest: factors.slice(top).reduce((sum, { contribution }) => sum + contribution, 0),
        fields: shareOut(dump, factors),
        ...(defaulted === undefined ? {} : { defaulted })
      }
    }
  }
}

/** @throws InputError when the class is none of the output's */
function findNumber(
  labels: ReadonlyArray<Label | undefined>, classes: readonly Label[] | undefined, label: Label | undefined
): number {
  if (label === undefined) return 0
  const place = classes?.indexOf(label) ?? -1
  if (classes === undefined || place < 0) {
    const expected = classes === undefined ? 'none: the output is a number' : `one of ${classes.join(', ')}`
    throw optionError('label', expected, label)
  }
  return labels.length === 1 ? 0 : place
}

function optionError(field: string, expected: string, value: unknown): InputError {
  return new InputError([{ field, expected, received: describeValue(value) }])
}

function pick(row: InputRow, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map(field => [field, row[field] ?? null]))
}

function shareOut({ inputs }: Dump, factors: readonly Factor[]): Record<string, number> {
  const totals = Object.fromEntries(inputs.map(({ name }) => [name, 0]))
  for (const { fields, contribution } of factors) {
    for (const field of fields) totals[field] += contribution / fields.length
  }
  return totals
}
