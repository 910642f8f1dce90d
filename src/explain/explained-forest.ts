/** A forest's part of an explanation. What it takes is computed when it is first asked for. */
import type { ForestDump, TreeDump } from '../dump/dump.js'
import { listWords, type CompiledForest } from '../evaluator/compile.js'
import { selectColumns } from '../evaluator/select-columns.js'
import { encodeRow } from '../evaluator/walk.js'
import type { Term } from './additive.js'
import { assertFeasible } from './long-paths.js'
import { compilePaths, type PathTable } from './path-table.js'
import { addInteractions } from './quadrature.js'
import { addShapleyValues, createScratch, findBroken, type ShapleyScratch } from './shapley.js'

interface Prepared {
  readonly table: PathTable
  readonly scratch: ShapleyScratch
  /** [nNumbers x nPlayers] */
  readonly own: Float64Array
}

export class ExplainedForest {
  private readonly words: readonly Int32Array[]
  private readonly select: (all: Float64Array) => Float64Array
  private readonly playerOf: Int32Array
  private readonly prepared = new Map<string, Prepared>()
  /** Of two classes, the one that is computed: what the other gets is the opposite. */
  private readonly spokesman: number | undefined

  /**
   * @param playerOf [nFeatures] player of each of the model's features, of which the forest reads some
   * @throws NotAdditiveError when a row would take minutes
   */
  constructor(
    private readonly term: Term, private readonly compiled: CompiledForest, features: readonly string[],
    playerOf: Int32Array
  ) {
    const { forest } = term
    this.words = listWords(forest, compiled)
    this.select = selectColumns(forest.features, features)
    this.playerOf = Int32Array.from(forest.features, name => playerOf[features.indexOf(name)])
    assertFeasible(forest, this.playerOf)
    this.spokesman = findSpokesman(forest)
  }

  /**
   * Adds the contributions to the numbers in [from, to) of all that are explained.
   * @param bases [to - from] receives the forest's part of the bases
   * @param values [to - from x nPlayers] receives the contributions
   */
  add(columns: Float64Array, from: number, to: number, bases: Float64Array, values: Float64Array): void {
    const { term: { forest, factor, first }, spokesman } = this
    const nPlayers = values.length / (to - from)
    const start = Math.max(0, from - first)
    const end = Math.min(forest.nOutputs, to - first)
    if (start >= end) return
    const { table, own } = spokesman === undefined ? this.compute(columns, start, end)
      : this.compute(columns, spokesman, spokesman + 1)
    for (let number = start; number < end; number++) {
      const place = number + first - from
      const isOpposite = spokesman !== undefined && number !== spokesman
      const at = spokesman === undefined ? number - start : 0
      const scale = isOpposite ? -factor : factor
      bases[place] += scale * table.bases[at] + (isOpposite ? factor * forest.trees.length : 0)
      for (let player = 0; player < table.nPlayers; player++) {
        values[place * nPlayers + player] += scale * own[at * table.nPlayers + player]
      }
    }
  }

  /**
   * Adds the interactions of the players, where one of all numbers is explained, half to each of the two.
   * @param out [nPlayers x nPlayers]
   */
  addInteractions(columns: Float64Array, place: number, out: Float64Array): void {
    const { term: { forest, factor, first }, spokesman } = this
    const number = place - first
    if (number < 0 || number >= forest.nOutputs) return
    const computed = spokesman ?? number
    const { table, scratch: { masks } } = this.prepare(computed, computed + 1)
    findBroken(table, this.encode(columns), this.slotMask, masks)
    const nAll = Math.sqrt(out.length)
    const own = new Float64Array(out.length)
    for (const group of table.groups) addInteractions(group, masks, table.nPlaces, own, nAll)
    const scale = computed === number ? factor : -factor
    for (let i = 0; i < own.length; i++) out[i] += scale * own[i]
  }

  private compute(columns: Float64Array, start: number, end: number): Prepared {
    const prepared = this.prepare(start, end)
    const { table, scratch, own } = prepared
    own.fill(0)
    addShapleyValues(table, this.encode(columns), this.slotMask, scratch, own)
    return prepared
  }

  private encode(columns: Float64Array): Int32Array {
    return encodeRow(this.compiled, this.select(columns), 0)
  }

  private get slotMask(): number {
    return (1 << this.compiled.slotBits) - 1
  }

  private prepare(start: number, end: number): Prepared {
    const key = `${start} ${end}`
    let found = this.prepared.get(key)
    if (found === undefined) {
      const { term: { forest }, words, playerOf } = this
      const isWhole = forest.leaves === 'probabilities'
      const table = compilePaths(forest, words, playerOf, end - start, (leaf, tree) =>
        listAdded(leaf, tree, isWhole, start, end))
      found = { table, scratch: createScratch(table), own: new Float64Array((end - start) * table.nPlayers) }
      this.prepared.set(key, found)
    }
    return found
  }
}

/** What a leaf adds to the outputs in [start, end), which are counted from there. */
function listAdded(
  leaf: number | readonly number[], tree: TreeDump, isWhole: boolean, start: number, end: number
): number[] {
  const pairs = typeof leaf !== 'number' ? leaf : isWhole ? [leaf, 1] : [tree.output ?? 0, leaf]
  const added: number[] = []
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] >= start && pairs[i] < end && pairs[i + 1] !== 0) added.push(pairs[i] - start, pairs[i + 1])
  }
  return added
}

/** What the probabilities of a leaf may lack of 1: weighted training rows leave some bits of rounding. */
const TOLERANCE = 1e-13

/** The class of two with fewer leaves that are not 0; undefined where the two have not 1 together at every leaf. */
function findSpokesman({ leaves, nOutputs, trees }: ForestDump): number | undefined {
  if (leaves !== 'probabilities' || nOutputs !== 2) return undefined
  const counts = [0, 0]
  for (const tree of trees) {
    for (const leaf of tree.value) {
      const added = listAdded(leaf, tree, true, 0, 2)
      let sum = 0
      for (let i = 0; i < added.length; i += 2) {
        counts[added[i]]++
        sum += added[i + 1]
      }
      if (Math.abs(sum - 1) > TOLERANCE) return undefined
    }
  }
  return counts[0] < counts[1] ? 0 : 1
}
