/** Exact explanations of a model's answers, in the caller's fields. */
import type { Dump, ForestDump, Label } from '../dump/dump.js'
import { listFeatures } from '../dump/list-forests.js'
import { compileForest, type CompiledForest } from '../evaluator/compile.js'
import type { Row } from '../errors/input-error.js'
import { createStepTools } from '../model/create-step-tools.js'
import { compilePipeline, type Pipeline } from '../pipeline/pipeline.js'
import { findAdditive, type Additive, type Space } from './additive.js'
import { ExplainedForest } from './explained-forest.js'
import { NotAdditiveError } from './not-additive-error.js'

/** Who shares out what is explained: sets of the caller's fields, or the model's columns as in `shap`. */
export type PlayerKind = 'fields' | 'columns'

interface Player {
  /** One field, or the fields that columns are computed from together. */
  readonly fields: readonly string[]
  /** Where columns are the players. */
  readonly column?: string
}

/** What one player has contributed. */
interface Contribution extends Player {
  readonly contribution: number
}

/** Why one number is what it is: the base and all contributions add up to it. */
export interface OutputExplanation {
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
  readonly nPlayers: number
  /** The class of each number that can be explained, by output. Two classes may have one: that of the second. */
  readonly labels: ReadonlyArray<ReadonlyArray<Label | undefined>>
  /**
   * @param row as `Model.predict` takes it
   * @param output index of the one that is explained
   * @param number of the output's numbers, the one that is explained
   * @throws InputError as `Model.predict`
   */
  explain(row: Row, output: number, number: number): OutputExplanation
  /** The same for all of the output's numbers, which share most of the work. */
  explainAll(row: Row, output: number): OutputExplanation[]
  /**
   * How players have acted together: Shapley interaction values, half of each in the rows of both.
   * @returns [nPlayers x nPlayers] in the order of the contributions; 0 on the diagonal, where what a player has
   * contributed less the rest of its row is due to it alone
   */
  interact(row: Row, output: number, number: number): Float64Array
}

/**
 * @param dump checked
 * @param compile a forest, unless a model has it compiled already
 * @throws NotAdditiveError for a model that has no exact explanation
 */
export function createExplainer(
  dump: Dump, compile: (forest: ForestDump) => CompiledForest = compileForest, kind: PlayerKind = 'fields'
): Explainer {
  return new TreeExplainer(dump, findAdditive(dump.model, dump.task === 'classifier'), compile, kind)
}

class TreeExplainer implements Explainer {
  readonly space
  readonly instead
  readonly labels
  readonly nPlayers
  private readonly start
  private readonly pipeline: Pipeline
  private readonly columns: Float64Array
  private readonly players: readonly Player[]
  private readonly forests: readonly ExplainedForest[]

  constructor(
    dump: Dump, { space, instead, terms, start, widths }: Additive, compile: (forest: ForestDump) => CompiledForest,
    kind: PlayerKind
  ) {
    const features = listFeatures(dump.model)
    this.space = space
    this.instead = instead
    this.start = start
    this.labels = listLabels(dump, widths)
    this.pipeline = compilePipeline(dump, features, createStepTools())
    this.columns = new Float64Array(features.length)
    const { players, playerOf } = kind === 'fields' ? findPlayers(this.pipeline) : listColumns(this.pipeline, features)
    this.players = players
    this.nPlayers = players.length
    this.forests = terms.map(term => new ExplainedForest(term, compile(term.forest), features, playerOf))
  }

  explain(row: Row, output: number, number: number): OutputExplanation {
    return this.explainNumbers(row, output, number, number + 1)[0]
  }

  explainAll(row: Row, output: number): OutputExplanation[] {
    return this.explainNumbers(row, output, 0, this.labels[output].length)
  }

  private explainNumbers(row: Row, output: number, first: number, end: number): OutputExplanation[] {
    const { players, labels, start, forests } = this
    this.pipeline.run(row, this.columns)
    const [from, to] = [this.placeOf(output, first), this.placeOf(output, end)]
    const bases = Float64Array.from(start.slice(from, to))
    const values = new Float64Array((to - from) * players.length)
    for (const forest of forests) forest.add(this.columns, from, to, bases, values)
    return Array.from(bases, (base, i) => {
      const own = values.subarray(i * players.length, (i + 1) * players.length)
      const contributions = players.map((player, p) => ({ ...player, contribution: own[p] }))
      const value = own.reduce((sum, contribution) => sum + contribution, base)
      return { label: labels[output][first + i], base, value, contributions }
    })
  }

  interact(row: Row, output: number, number: number): Float64Array {
    this.pipeline.run(row, this.columns)
    const interactions = new Float64Array(this.players.length ** 2)
    for (const forest of this.forests) forest.addInteractions(this.columns, this.placeOf(output, number), interactions)
    return interactions
  }

  /** Of an output's number among all numbers. */
  private placeOf(output: number, number: number): number {
    return this.labels.slice(0, output).reduce((sum, { length }) => sum + length, number)
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
function findPlayers({ featureInputs }: Pipeline): Players {
  const sets = new Map<string, string[]>()
  const keys = featureInputs.map(inputs => {
    const fields = [...inputs].sort()
    const key = JSON.stringify(fields)
    sets.set(key, fields)
    return key
  })
  const order = [...sets.keys()].sort((a, b) => (sets.get(a)?.length ?? 0) - (sets.get(b)?.length ?? 0))
  return {
    players: order.map(key => ({ fields: sets.get(key) ?? [] })),
    playerOf: Int32Array.from(keys, key => order.indexOf(key))
  }
}

function listColumns({ featureInputs }: Pipeline, features: readonly string[]): Players {
  return {
    players: features.map((column, f) => ({ fields: [...featureInputs[f]].sort(), column })),
    playerOf: Int32Array.from(features.keys())
  }
}

interface Players {
  readonly players: readonly Player[]
  /** [nFeatures] */
  readonly playerOf: Int32Array
}
