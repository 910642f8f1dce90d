/**
 * `recall-ml/explain`: why a model answers as it does, in the caller's fields, exactly. As `recall-ml/core` it loads no
 * module of Node.js and no package.
 */
import type { Dump, ForestDump } from '../src/dump/dump.js'
import { compileForest, type CompiledForest } from '../src/evaluator/compile.js'
import { compileFast } from '../src/evaluator/evaluate-forest.js'
import type { Space } from '../src/explain/additive.js'
import { openComparer, type Comparer } from '../src/explain/comparer.js'
import {
  createExplainer as compileExplainer, type Explainer as CompiledExplainer, type OutputExplanation
} from '../src/explain/explainer.js'
import { checkOptions, findClass, optionError, type Asked, type ExplainOptions } from '../src/explain/options.js'
import { checkContent } from '../src/model/check-content.js'
import { createRowCheck } from '../src/model/check-row.js'
import { createModel } from '../src/model/create-model.js'
import { checkDigestWith, hashContent } from '../src/model/hash-content.js'
import { Sha256 } from '../src/model/sha256.js'
import type { Model, Row } from '../src/model/types.js'
import { isUnrelated, unrelatedRowError } from '../src/model/unrelated-row.js'
import { fieldReader } from '../src/pipeline/inputs.js'
import { compileOriginals } from '../src/pipeline/original-names.js'
import type { InputRow, Label } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export { NotAdditiveError } from '../src/explain/not-additive-error.js'
export type { Space } from '../src/explain/additive.js'
export type { ExplainOptions } from '../src/explain/options.js'
export type { InputRow, Label } from './model.js'

/** What one field has contributed, or what several fields have that the model reads together. */
export interface Factor {
  readonly fields: readonly string[]
  /** The model's column, where columns are explained. */
  readonly column?: string
  /** The values of these fields, as they were sent. */
  readonly values: Readonly<Record<string, unknown>>
  readonly contribution: number
  /** With `interactions`: what is due to this factor alone. With all `interactions` it is the contribution. */
  readonly main?: number
  /** With `interactions`: its half of what it does together with each other factor, strongest first. */
  readonly interactions?: readonly Interaction[]
  /** Of the contribution, where too many fields differ from the reference row's to try all coalitions. */
  readonly standardError?: number
}

export interface Interaction {
  /** The other factor's. */
  readonly fields: readonly string[]
  readonly column?: string
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
  /** The class whose number is subtracted from that of `label`. */
  readonly against?: Label
  /** What the model expects of a row of which it knows nothing, or answers to the reference row. */
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

export interface ReferenceExplainer {
  /**
   * @param row as `Model.predict` takes it
   * @throws InputError naming each field, or option, that cannot be used
   */
  explain(row: InputRow, options: ExplainOptions & { readonly reference: InputRow }): Explanation
}

export interface Explainer {
  readonly space: Space
  /**
   * @param row as `Model.predict` takes it
   * @throws InputError naming each field, or option, that cannot be used
   */
  explain(row: InputRow, options?: ExplainOptions): Explanation
  /**
   * The same for all classes of an output, in their order, in about the time of the largest one.
   * @param options without a class
   */
  explainAll(row: InputRow, options?: Omit<ExplainOptions, 'label' | 'against' | 'interactions' | 'reference'>): Explanation[]
}

/**
 * @param dump the parsed JSON of a dump
 * @throws DumpError as `createModel`; NotAdditiveError with the reason for which the model has no exact explanation
 */
export function createExplainer(dump: unknown): Explainer {
  return new ModelExplainer(checkDump(dump))
}

/**
 * Explains rows of any model, also of one that has no exact explanation of its own, by comparison with a reference row.
 * @param dump the parsed JSON of a dump
 * @throws DumpError as `createModel`
 */
export function createReferenceExplainer(dump: unknown): ReferenceExplainer {
  const checked = checkDump(dump)
  const model = createModel(checked)
  const read = createRowReader(model)
  const compare = openComparer(model, checked)
  return {
    explain(given, options) {
      const asked = checkOptions(checked, options)
      if (asked.reference === undefined) throw optionError('reference', 'a row to compare with', undefined)
      return compareWith(compare, read, given, asked, checked)
    }
  }
}

/** Players whose interactions are told: each has one with each other. */
const MOST_INTERACTING = 1000

function checkDump(dump: unknown): Dump {
  const checked = checkContent(dump)
  checkDigestWith(checked, content => hashContent(content, new Sha256()))
  return checked
}

interface ReadRow {
  readonly row: Row
  /** Values of fields as they were sent, by the model's names for them. */
  readonly pick: (fields: readonly string[]) => Record<string, unknown>
  readonly defaulted: readonly string[] | undefined
  /** Of each output that has classes. */
  readonly classIndexes: Int32Array
}

type RowReader = (given: unknown, field: string) => ReadRow

/** Checks rows as `Model.predict` does. */
function createRowReader(model: Model): RowReader {
  const check = createRowCheck(model)
  const rename = compileOriginals(model.inputs) ?? ((row: Row) => row)
  return (given, field) => {
    const row = check(given, field)
    const { classIndexes, defaulted } = model.predict(row)
    if (isUnrelated(model, row, defaulted)) throw unrelatedRowError(model, row, field)
    const renamed = rename(row)
    const pick = (fields: readonly string[]) =>
      Object.fromEntries(fields.map(name => [name, fieldReader(name)(renamed) ?? null]))
    return { row, pick, defaulted, classIndexes: classIndexes.slice() }
  }
}

class ModelExplainer implements Explainer {
  readonly space
  private readonly read: RowReader
  private readonly compiled: CompiledExplainer
  private readonly compare: Comparer
  /** Made when they are first asked for. */
  private columns: CompiledExplainer | undefined

  /** Gives a forest as the model has compiled it. */
  private readonly compile: (forest: ForestDump) => CompiledForest

  constructor(private readonly dump: Dump) {
    const forests = new Map<ForestDump, CompiledForest>()
    const model = createModel(dump, forest => {
      const evaluate = compileFast(forest)
      if (evaluate.compiled !== undefined) forests.set(forest, evaluate.compiled)
      return evaluate
    })
    this.compile = forest => forests.get(forest) ?? compileForest(forest)
    this.read = createRowReader(model)
    this.compare = openComparer(model, dump)
    this.compiled = compileExplainer(dump, this.compile)
    this.space = this.compiled.space
  }

  explain(given: InputRow, options?: ExplainOptions): Explanation {
    const asked = checkOptions(this.dump, options)
    if (asked.reference !== undefined) return compareWith(this.compare, this.read, given, asked, this.dump)
    const { output, against } = asked
    const read = this.read(given, 'row')
    const explainer = this.explainerOf(asked)
    if (asked.interactions && explainer.nPlayers > MOST_INTERACTING) {
      const expected = `false: ${explainer.nPlayers} players have as many squared, and ${MOST_INTERACTING} is the most`
      throw optionError('interactions', expected, true)
    }
    const labels = explainer.labels[output]
    // What is explained of an outlier detector is its trees' depth, which is not that of a class.
    const classes = this.dump.task === 'outlier-detector' ? undefined : this.dump.outputs[output].classes
    const label = asked.label ?? classes?.[read.classIndexes[output]]
    const explainOne = (wanted: Label | undefined) => {
      const number = labels.length === 1 ? 0 : findClass(classes, wanted, 'label')
      const explanation = explainer.explain(read.row, output, number)
      const interactions = asked.interactions ? explainer.interact(read.row, output, number) : undefined
      const sign = signOf(wanted, labels[number])
      return { explanation: scale(explanation, sign), interactions: interactions?.map(value => sign * value) }
    }
    if (label !== undefined) findClass(classes, label, 'label')
    if (against !== undefined) {
      findClass(classes, against, 'against')
      if (against === label) throw optionError('against', 'another class than the one that is explained', against)
    }
    const one = explainOne(label)
    const other = against === undefined ? undefined : explainOne(against)
    const explanation = other === undefined ? one.explanation : subtract(one.explanation, other.explanation)
    const interactions = one.interactions?.map((value, i) => value - (other?.interactions?.[i] ?? 0))
    return this.describe(read, { ...asked, label }, explanation, interactions)
  }

  explainAll(given: InputRow, options?: ExplainOptions): Explanation[] {
    const asked = checkOptions(this.dump, options, ['label', 'against', 'interactions', 'reference'])
    const read = this.read(given, 'row')
    const explainer = this.explainerOf(asked)
    const explanations = explainer.explainAll(read.row, asked.output)
    const classes = this.dump.task === 'outlier-detector' ? undefined : this.dump.outputs[asked.output].classes
    const labels: ReadonlyArray<Label | undefined> = classes ?? [undefined]
    return labels.map((label, i) => {
      const own = explanations.length === 1 ? explanations[0] : explanations[i]
      return this.describe(read, { ...asked, label }, scale(own, signOf(label, own.label)), undefined)
    })
  }

  private explainerOf({ players }: Asked): CompiledExplainer {
    if (players === 'fields') return this.compiled
    return this.columns ??= compileExplainer(this.dump, this.compile, 'columns')
  }

  private describe(
    { pick, defaulted }: ReadRow, { label, against, top }: Asked, { base, value, contributions }: OutputExplanation,
    interactions: Float64Array | undefined
  ): Explanation {
    const { instead } = this.compiled
    const n = contributions.length
    const factors = contributions.map(({ fields, column, contribution }, i): Factor => ({
      fields,
      ...(column === undefined ? {} : { column }),
      values: pick(fields),
      contribution,
      ...(interactions && splitRow(contributions, i, interactions.subarray(i * n, (i + 1) * n)))
    }))
    return {
      space: this.space,
      ...(instead === undefined ? {} : { instead }),
      ...(label === undefined ? {} : { label }),
      ...(against === undefined ? {} : { against }),
      base,
      value,
      ...listFactors(factors, top, this.dump),
      ...(defaulted === undefined ? {} : { defaulted })
    }
  }
}

/** The one number of two classes speaks for the second, and with the other sign for the first. */
function signOf(label: Label | undefined, labelOfNumber: Label | undefined): number {
  return label !== undefined && labelOfNumber !== label ? -1 : 1
}

function scale({ label, base, value, contributions }: OutputExplanation, factor: number): OutputExplanation {
  return {
    label, base: factor * base, value: factor * value,
    contributions: contributions.map(own => ({ ...own, contribution: factor * own.contribution }))
  }
}

function subtract(a: OutputExplanation, b: OutputExplanation): OutputExplanation {
  return {
    label: a.label, base: a.base - b.base, value: a.value - b.value,
    contributions: a.contributions.map((own, i) =>
      ({ ...own, contribution: own.contribution - b.contributions[i].contribution }))
  }
}

/** What a factor does alone and together with each other one. */
function splitRow(
  contributions: OutputExplanation['contributions'], factor: number, row: Float64Array
): Pick<Factor, 'main' | 'interactions'> {
  const interactions = contributions
    .map(({ fields, column }, i) => ({ fields, ...(column === undefined ? {} : { column }), contribution: row[i] }))
    .filter((_, i) => i !== factor)
    .sort(byStrength)
  return { main: contributions[factor].contribution - row.reduce((sum, value) => sum + value, 0), interactions }
}

function byStrength(a: { readonly contribution: number }, b: { readonly contribution: number }): number {
  return Math.abs(b.contribution) - Math.abs(a.contribution)
}

function listFactors(
  factors: readonly Factor[], top: number, { inputs }: Dump
): Pick<Explanation, 'factors' | 'rest' | 'fields'> {
  const sorted = [...factors].sort(byStrength)
  const fields = Object.fromEntries(inputs.map(({ name }) => [name, 0]))
  for (const { fields: own, contribution } of sorted) {
    for (const field of own) fields[field] += contribution / own.length
  }
  return {
    factors: sorted.slice(0, top),
    rest: sorted.slice(top).reduce((sum, { contribution }) => sum + contribution, 0),
    fields
  }
}

function compareWith(
  compare: Comparer, read: RowReader, given: unknown, asked: Asked, dump: Dump
): Explanation {
  const { row, pick, defaulted, classIndexes } = read(given, 'row')
  const reference = read(asked.reference, 'reference').row
  const { space, label, base, value, contributions } = compare(row, reference, asked, classIndexes)
  const factors = contributions.map(({ field, ...own }): Factor =>
    ({ fields: [field], values: pick([field]), ...own }))
  return {
    space,
    ...(label === undefined ? {} : { label }),
    ...(asked.against === undefined ? {} : { against: asked.against }),
    base,
    value,
    ...listFactors(factors, asked.top, dump),
    ...(defaulted === undefined ? {} : { defaulted })
  }
}
