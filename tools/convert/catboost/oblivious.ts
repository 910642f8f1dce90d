import type { Condition, TreeNode } from './model.js'

/**
 * A tree whose nodes of one level all ask the same.
 * @param conditions from the lowest bit of a leaf's number to its highest
 * @param leaf the values of a leaf by its number
 */
export function obliviousTree(
  conditions: readonly Condition[], leaf: (number: number) => readonly number[]
): () => TreeNode {
  // From the highest bit down, so that leaves come in the order of their numbers.
  const node = (level: number, number: number): TreeNode => level < 0 ? { values: leaf(number) } : {
    condition: conditions[level],
    no: () => node(level - 1, number),
    yes: () => node(level - 1, number + 2 ** level)
  }
  return () => node(conditions.length - 1, 0)
}
