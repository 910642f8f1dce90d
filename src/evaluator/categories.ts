/**
 * Categorical splits: "is x one of these?". Each distinct split is answered once per row, and the answer is a slot
 * like a feature's rank, so that the walk knows nothing of categories.
 */
import type { ForestDump, TreeDump } from '../dump/dump.js'

/** Answer of a split for a row: 0 sends it to the left, 1 to the right. */
type Answer = 0 | 1

export interface CategorySplits {
  /** Number of distinct splits. */
  readonly count: number
  /** [nFeaturesAsked] For each feature with splits: how its values are numbered, and which splits it has. */
  readonly features: readonly AskedFeature[]
}

/** The splits, and for the compiler which node asks which. */
export interface CompiledCategorySplits {
  readonly categorySplits: CategorySplits
  /** Slot of the split of a node, undefined for a node that compares. */
  slotOf(tree: TreeDump, node: number): number | undefined
}

interface AskedFeature {
  readonly feature: number
  /** Number of each category; any other value has the number `ids.size`, NaN `ids.size + 1`. */
  readonly ids: ReadonlyMap<number, number>
  /** Slot of each of the feature's splits. */
  readonly slots: Int32Array
  /** [nSplits x (ids.size + 2)] */
  readonly answers: Uint8Array
}

interface CategorySplit {
  readonly feature: number
  readonly left: ReadonlySet<number>
  readonly missing: Answer
}

/** @returns undefined when no tree has a categorical split */
export function compileCategorySplits(forest: ForestDump, firstSlot: number): CompiledCategorySplits | undefined {
  const categorySplits: CategorySplit[] = []
  const numbers = new Map<string, number>()
  const slots = new Map<TreeDump, Map<number, number>>()
  for (const tree of forest.trees) {
    if (tree.categoricalSplits === undefined) continue
    const ofTree = new Map<number, number>()
    slots.set(tree, ofTree)
    for (const { node, left } of tree.categoricalSplits) {
      const missing: Answer = tree.missingGoToLeft?.[node] === 1 ? 0 : 1
      const feature = tree.feature[node]
      const key = `${feature}:${missing}:${[...left].sort((a, b) => a - b).join()}`
      let number = numbers.get(key)
      if (number === undefined) {
        number = categorySplits.push({ feature, left: new Set(left), missing }) - 1
        numbers.set(key, number)
      }
      ofTree.set(node, firstSlot + number)
    }
  }
  if (categorySplits.length === 0) return undefined
  return {
    categorySplits: {
      count: categorySplits.length,
      features: [...new Set(categorySplits.map(split => split.feature))]
        .map(feature => compileFeature(forest, feature, categorySplits, firstSlot))
    },
    slotOf: (tree, node) => slots.get(tree)?.get(node)
  }
}

function compileFeature(
  forest: ForestDump, feature: number, categorySplits: readonly CategorySplit[], firstSlot: number
): AskedFeature {
  const known = forest.knownCategories?.[forest.features[feature]]
  const own = categorySplits.flatMap((split, number) => split.feature === feature ? [{ split, number }] : [])
  const categories = new Set([...known ?? [], ...own.flatMap(({ split }) => [...split.left])])
  const ids = new Map([...categories].map((category, id) => [category, id]))
  const width = ids.size + 2
  const answers = new Uint8Array(own.length * width)
  own.forEach(({ split: { left, missing } }, i) => {
    for (const [category, id] of ids) answers[i * width + id] = left.has(category) ? 0 : 1
    answers[i * width + ids.size] = known === undefined ? 1 : missing
    answers[i * width + ids.size + 1] = missing
  })
  return { feature, ids, slots: Int32Array.from(own, ({ number }) => firstSlot + number), answers }
}

/**
 * Fills the splits' slots of `codes` for the row that begins at `start`. A split's node has position 0, so the
 * code of right is above it.
 */
export function evaluateCategorySplits(
  { features }: CategorySplits, rows: Float64Array, start: number, slotBits: number, float32: boolean, codes: Int32Array
): void {
  for (const { feature, ids, slots, answers } of features) {
    const x = float32 ? Math.fround(rows[start + feature]) : rows[start + feature]
    const id = Number.isNaN(x) ? ids.size + 1 : ids.get(x) ?? ids.size
    const width = ids.size + 2
    for (let i = 0; i < slots.length; i++) codes[slots[i]] = answers[i * width + id] << slotBits
  }
}
