/** The forest's row: float features, and columns that steps make of categories. */
import type { Located } from '../common/located.js'
import type { Frame } from '../common/frame.js'
import { ConvertError } from '../errors/convert-error.js'
import { separateHash } from './hashes.js'
import { computeCtr, type CtrValues } from './ctr-values.js'
import type { Above, CatboostModel, Condition, Ctr, Equals, FloatFeature, Projection } from './model.js'
import type { RowPlaces } from './tree.js'

/** By feature, the column that has its values: a number, or the hash of a category. */
export interface SourceColumns {
  /** By index among the float features. */
  readonly floats: ReadonlyMap<number, string>
  /** By index among the categorical features. */
  readonly categories: ReadonlyMap<number, string>
}

/** Gathers what trees ask while they are converted, and then makes a column of each. */
export class ForestRow implements RowPlaces {
  /** What is asked, by what it is called. */
  private readonly asked = new Map<string, Condition>()
  private readonly places = new Map<string, number>()
  private readonly floats: ReadonlyMap<number, FloatFeature>

  constructor(private readonly model: CatboostModel, private readonly at: { fail: Located['fail'] }) {
    this.floats = new Map(model.floatFeatures.map(feature => [feature.index, feature]))
  }

  placeOf(condition: Condition): number {
    const key = keyOf(condition)
    const known = this.places.get(key)
    if (known !== undefined) return known
    this.check(condition)
    this.asked.set(key, condition)
    this.places.set(key, this.places.size)
    return this.places.size - 1
  }

  borderOf(condition: Condition): number {
    return condition.kind === 'equals' ? 0.5 : condition.border
  }

  sendsMissingLeft(condition: Condition): boolean {
    if (condition.kind !== 'above') return true
    const feature = this.floats.get(condition.feature)
    return !(feature?.hasNans === true && feature.nan === 'AsTrue')
  }

  /** Indices of the categorical features that the trees, or what they ask about, read. */
  get usedCategories(): Set<number> {
    const conditions = [...this.asked.values()]
    const projections = conditions.flatMap(condition =>
      condition.kind === 'ctr' ? [this.model.ctrs[condition.ctr].projection] : [])
    return new Set([
      ...[...conditions, ...projections.flatMap(projection => projection.conditions)]
        .flatMap(condition => condition.kind === 'equals' ? [condition.feature] : []),
      ...projections.flatMap(({ categories }) => categories)
    ])
  }

  /** Hashes that the trees and tables know of a categorical feature by itself, those in the trees first. */
  knownHashes(feature: number): number[] {
    const exact = [...this.asked.values()].flatMap(condition =>
      condition.kind === 'equals' && condition.feature === feature ? [condition.hash] : [])
    const single = this.model.ctrs
      .filter(({ projection }) => isSingle(projection) && projection.categories[0] === feature)
    return [...new Set([...exact, ...single.flatMap(({ table }) => [...table?.counts.keys() ?? []].flatMap(toHash))])]
  }

  /**
   * Adds the steps to the frame.
   * @returns the columns of the row, in order
   */
  addColumns(frame: Frame, sources: SourceColumns): string[] {
    if (this.asked.size === 0) return [[...sources.floats.values(), ...sources.categories.values()][0]]
    const maker = new ColumnMaker(this.model, frame, sources, this)
    return [...this.asked.values()].map(condition => maker.columnOf(condition))
  }

  /** @throws ConvertError for a condition on what is not there */
  private check(condition: Condition): void {
    const { catFeatures, ctrs } = this.model
    if (condition.kind === 'ctr') {
      const { projection, table } = ctrs[condition.ctr]
      if (projection.categories.length === 0) this.at.fail('at least one category in each CTR')
      for (const part of projection.conditions) this.check(part)
      for (const feature of projection.categories) this.check({ kind: 'equals', feature, hash: 0 })
      if (table !== undefined) return
      const names = projection.categories.map(index => catFeatures.find(feature => feature.index === index)?.name)
      this.at.fail(
        `the CTR tables of ${names.join(', ')}, which the file lacks`,
        "Save the whole model in Python: model.save_model('model.cbm')."
      )
    }
    const known = condition.kind === 'above' ? this.floats.has(condition.feature)
      : catFeatures.some(({ index }) => index === condition.feature)
    const kind = condition.kind === 'above' ? 'float' : 'categorical'
    if (!known) this.at.fail(`splits on the features of the file, but one is on ${kind} feature ${condition.feature}`)
  }
}

function keyOf(condition: Condition): string {
  switch (condition.kind) {
    case 'above': return `above ${condition.feature}`
    case 'equals': return `equals ${condition.feature} ${condition.hash}`
    case 'ctr': return `ctr ${condition.ctr}`
  }
}

function isSingle({ categories, conditions }: Projection): boolean {
  return categories.length === 1 && conditions.length === 0
}

/** The category of which a table of one feature has the hash; none when no category has it. */
function toHash(key: bigint): [] | [number] {
  const hash = separateHash(key)
  return hash === undefined ? [] : [hash]
}

class ColumnMaker {
  private readonly made = new Map<string, string>()
  private readonly names: ReadonlyMap<number, string>

  constructor(
    private readonly model: CatboostModel, private readonly frame: Frame, private readonly sources: SourceColumns,
    private readonly row: ForestRow
  ) {
    this.names = new Map(model.catFeatures.map(({ index, name }) => [index, name]))
  }

  columnOf(condition: Condition): string {
    switch (condition.kind) {
      case 'above': return this.floatOf(condition.feature)
      case 'equals': return this.once(keyOf(condition), () => this.addExact(condition))
      case 'ctr': return this.once(keyOf(condition), () => this.addCtr(this.model.ctrs[condition.ctr]))
    }
  }

  private once(key: string, make: () => string): string {
    const known = this.made.get(key) ?? make()
    this.made.set(key, known)
    return known
  }

  private floatOf(feature: number): string {
    return this.sources.floats.get(feature) ?? fail('a float feature')
  }

  private categoryOf(feature: number): string {
    return this.sources.categories.get(feature) ?? fail('a categorical feature')
  }

  /** 1 where the category is this one, else 0. */
  private addExact({ feature, hash }: Equals): string {
    const name = this.frame.addColumn(`${this.names.get(feature)} = ${this.model.categoryNames.get(hash) ?? hash}`)
    this.frame.steps.push({ op: 'one-hot', column: this.categoryOf(feature), values: [hash], as: [name] })
    return name
  }

  /** 1 where the number is above the border, else 0. */
  private addAbove(condition: Above): string {
    const { frame } = this
    const name = frame.copyAs(this.floatOf(condition.feature), `${this.floatOf(condition.feature)} > ${condition.border}`)
    if (!this.row.sendsMissingLeft(condition)) frame.steps.push({ op: 'impute', columns: [name], statistics: ['Infinity'] })
    frame.steps.push(
      { op: 'apply', columns: [name], function: 'float32' },
      { op: 'threshold', columns: [name], threshold: condition.border }
    )
    frame.encode([name])
    return name
  }

  private addCtr(ctr: Ctr): string {
    const { projection, type, prior: [prior], table } = ctr
    if (table === undefined) return fail('a CTR table')
    const title = [
      ...projection.categories.map(feature => this.names.get(feature)), ...projection.conditions.map(() => '...')
    ].join(' & ')
    const name = `${title} ${type} ${prior}`
    const values = computeCtr(ctr, table)
    if (isSingle(projection)) {
      const column = this.frame.copyAs(this.categoryOf(projection.categories[0]), name)
      const entries = [...values.values].flatMap(([key, value]) => toHash(key).map(hash => [hash, value] as const))
      return this.addLookup(column, entries, values)
    }
    const key = JSON.stringify(projection)
    const keys = this.keysOf(key)
    const combined = this.once(key, () => this.addCombination(projection, title, [...keys.keys()]))
    const column = this.frame.copyAs(combined, name)
    const entries = [...values.values].map(([hash, value]) => [keys.get(hash) ?? -1, value] as const)
    return this.addLookup(column, entries, values)
  }

  /** The combinations of all tables of a projection, by their hash. */
  private keysOf(key: string): Map<bigint, number> {
    const tables = this.model.ctrs.filter(({ projection }) => JSON.stringify(projection) === key)
    const hashes = new Set(tables.flatMap(({ table }) => [...table?.counts.keys() ?? []]))
    return new Map([...hashes].map((hash, place) => [hash, place]))
  }

  private addCombination({ categories, conditions }: Projection, title: string, keys: readonly bigint[]): string {
    const columns = [
      ...categories.map(feature => this.categoryOf(feature)),
      ...conditions.map(condition => condition.kind === 'equals' ? this.columnOf(condition)
        : this.once(JSON.stringify(condition), () => this.addAbove(condition)))
    ]
    const as = this.frame.addColumn(title)
    this.frame.steps.push({ op: 'combine', columns, as, keys: keys.map(hash => hash.toString(16).padStart(16, '0')) })
    return as
  }

  private addLookup(
    column: string, entries: ReadonlyArray<readonly [value: number, result: number]>, { unknown }: CtrValues
  ): string {
    this.frame.steps.push({
      op: 'lookup', column, values: entries.map(([value]) => value), results: entries.map(([, result]) => result), unknown
    })
    this.frame.encode([column])
    return column
  }
}

function fail(what: string): never {
  throw new ConvertError(`The model: expected ${what} that it names, found none.`, { hint: 'The file is damaged.' })
}
