/** Exact explanations of a model's answers, in the caller's fields. */
import type { Dump, ForestDump, Label, TreeDump } from '../dump/dump.js'
import { compileForest, listWords, type CompiledForest } from '../evaluator/compile.js'
import { listFeatures } from '../dump/list-forests.js'
import { selectColumns } from '../evaluator/select-columns.js'
import { encodeRow } from '../evaluator/walk.js'
import type { Row } from '../errors/input-error.js'
import { createStepTools } from '../model/create-step-tools.js'
import { compilePipeline, type Pipeline } from '../pipeline/pipeline.js'
import { findAdditive, type Additive, type Space, type Term } from './additive.js'
import { NotAdditiveError } from './not-additive-error.js'
import { compilePaths, type PathTable } from './path-table.js'
import { addShapleyValues, createScratch, type ShapleyScratch } from './shapley.js'

/** What one player has contributed. */
interface Contribution {
  /** One field, or the fields that columns are computed from together. */
  readonly fields: readonly string[]
  readonly contribution: number
}

/** Why one number is what it is: the base and all contributions add up to it. */
interface OutputExplanation {
  /** Its class; undefined for a number. */
  readonly label: Label | undefined
  /** What is expected of a row of which nothing is known. */
  readonly base: number
  readonly value: number
  /** One per player, those with fewer fields first. Fields that the model does not use are not among them. */
  readonly contributions: readonly Contribution[]
}

export interface Explainer {
  readonly space: Space
  /** What is explained instead of the answer, where that itself is not a sum over trees. */
  readonly instead: string | undefined
  /** The class of each number that can be explained, by output. Two classes may have one: that of the second. */
  readonly labels: ReadonlyArray<ReadonlyArray<Label | undefined>>
  /**
   * @param row as `Model.predict` takes it
   * @param output index of the one that is explained
   * @param number of the output's numbers, the one that is explained
   * @throws InputError as `Model.predict`
   */
  explain(row: Row, output: number, number: number): OutputExplanation
}

/**
 * @param dump checked
 * @param compile a forest, unless a model has it compiled already
 * @throws NotAdditiveError for a model that has no exact explanation; what its paths lack, `explain` throws
 */
export function createExplainer(
  dump: Dump, compile: (forest: ForestDump) => CompiledForest = compileForest
): Explainer {
  return new TreeExplainer(dump, findAdditive(dump.model, dump.task === 'classifier'), compile)
}

class TreeExplainer implements Explainer {
  readonly space
  readonly instead
  readonly labels
  private readonly start
  private readonly pipeline: Pipeline
  private readonly columns: Float64Array
  /** Fields of each player. */
  private readonly players: ReadonlyArray<readonly string[]>
  private readonly forests: readonly ExplainedForest[]

  constructor(
    dump: Dump, { space, instead, terms, start, widths }: Additive, compile: (forest: ForestDump) => CompiledForest
  ) {
    const features = listFeatures(dump.model)
    this.space = space
    this.instead = instead
    this.start = start
    this.labels = listLabels(dump, widths)
    this.pipeline = compilePipeline(dump, features, createStepTools())
    this.columns = new Float64Array(features.length)
    const { players, playerOf } = findPlayers(this.pipeline)
    this.players = players
    this.forests = terms.map(term => new ExplainedForest(term, compile(term.forest), features, playerOf))
  }

  explain(row: Row, output: number, number: number): OutputExplanation {
    this.pipeline.run(row, this.columns)
    const values = new Float64Array(this.players.length)
    const place = this.labels.slice(0, output).reduce((sum, { length }) => sum + length, number)
    let base = this.start[place]
    for (const forest of this.forests) base += forest.add(this.columns, place, values)
    const contributions = this.players.map((fields, player) => ({ fields, contribution: values[player] }))
    const value = values.reduce((sum, contribution) => sum + contribution, base)
    return { label: this.labels[output][number], base, value, contributions }
  }
}

/** @throws NotAdditiveError when it is not known what the numbers stand for */
function listLabels({ task, outputs }: Dump, widths: readonly number[]): Array<ReadonlyArray<Label | undefined>> {
  const sizes = outputs.map(({ classes }) => classes?.length ?? 1)
  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)
  const own = total(sizes) === total(widths) ? sizes
    : total(widths) === outputs.length ? outputs.map(() => 1)
    : widths
  return outputs.map(({ classes = [undefined] }, output) => {
    // An isolation forest's path length is not that of a class.
    if (task === 'outlier-detector' && own[output] === 1) return [undefined]
    if (own[output] === classes.length) return classes
    // The one raw score of two classes is that of the second.
    if (own[output] === 1 && classes.length === 2) return [classes[1]]
    throw new NotAdditiveError(`it has ${own[output]} raw scores for ${classes.length} classes`)
  })
}

/** The distinct sets of fields that the features come from, and which of them each feature has. */
function findPlayers({ featureInputs }: Pipeline): { players: string[][], playerOf: Int32Array } {
  const sets = new Map<string, string[]>()
  const keys = featureInputs.map(inputs => {
    const fields = [...inputs].sort()
    const key = JSON.stringify(fields)
    sets.set(key, fields)
    return key
  })
  const order = [...sets.keys()].sort((a, b) => (sets.get(a)?.length ?? 0) - (sets.get(b)?.length ?? 0))
  return { players: order.map(key => sets.get(key) ?? []), playerOf: Int32Array.from(keys, key => order.indexOf(key)) }
}

/** A forest's part of the explanation. What it takes for an output is computed when that is first asked for. */
class ExplainedForest {
  private readonly words: readonly Int32Array[]
  private readonly select: (all: Float64Array) => Float64Array
  private readonly playerOf: Int32Array
  private readonly tables = new Map<number, { readonly table: PathTable, readonly scratch: ShapleyScratch }>()
  private readonly own: Float64Array

  constructor(
    private readonly term: Term, private readonly compiled: CompiledForest, features: readonly string[],
    playerOf: Int32Array
  ) {
    const { forest } = term
    this.words = listWords(forest, compiled)
    this.select = selectColumns(forest.features, features)
    this.playerOf = Int32Array.from(forest.features, name => playerOf[features.indexOf(name)])
    this.own = new Float64Array(Math.max(...playerOf) + 1)
  }

  /**
   * Adds the contributions to one of all numbers.
   * @returns the forest's part of the base
   */
  add(columns: Float64Array, place: number, values: Float64Array): number {
    const { term: { forest, factor, first }, compiled, own } = this
    const o = place - first
    if (o < 0 || o >= forest.nOutputs) return 0
    const { table, scratch } = this.find(o)
    const codes = encodeRow(compiled, this.select(columns), 0)
    own.fill(0)
    addShapleyValues(table, codes, (1 << compiled.slotBits) - 1, scratch, own)
    for (let player = 0; player < own.length; player++) values[player] += own[player] * factor
    return table.base * factor
  }

  private find(output: number): { readonly table: PathTable, readonly scratch: ShapleyScratch } {
    let found = this.tables.get(output)
    if (found === undefined) {
      const isWhole = this.term.forest.leaves === 'probabilities'
      const { term: { forest }, words, playerOf } = this
      const table = compilePaths(forest, words, playerOf, (leaf, tree) => valueOf(leaf, tree, output, isWhole))
      found = { table, scratch: createScratch(table) }
      this.tables.set(output, found)
    }
    return found
  }
}

/** What a leaf adds to an output. */
function valueOf(leaf: number | readonly number[], tree: TreeDump, output: number, isWhole: boolean): number {
  if (typeof leaf === 'number') {
    if (isWhole) return leaf === output ? 1 : 0
    return (tree.output ?? 0) === output ? leaf : 0
  }
  for (let i = 0; i < leaf.length; i += 2) if (leaf[i] === output) return leaf[i + 1]
  return 0
}
