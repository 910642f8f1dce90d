import type { TreeDump } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import type { Condition, TreeNode } from './model.js'

/** Where a condition's column is in the forest's row. */
export interface RowPlaces {
  placeOf(condition: Condition): number
  /** Above this it holds. */
  borderOf(condition: Condition): number
  /** Whether it does not hold for NaN. */
  sendsMissingLeft(condition: Condition): boolean
}

/** More than one tree can have. */
const MAX_NODES = 2 ** 20

/**
 * A tree in pre-order. Levels of a symmetric tree ask their question everywhere, also where an earlier one has answered
 * it, and many leaves are equal: such nodes are left out, which changes no answer.
 * @param name for messages
 */
export function convertTree(root: TreeNode, places: RowPlaces, name: string): TreeDump {
  const tree = {
    childrenLeft: [] as number[], childrenRight: [] as number[], feature: [] as number[], threshold: [] as number[],
    missingGoToLeft: [] as Array<0 | 1>, value: [] as Array<number | number[]>
  }
  const add = (node: Simple): number => {
    const number = tree.feature.length
    if (number >= MAX_NODES) throw new ConvertError(`${name}: expected at most ${MAX_NODES} nodes, found more.`)
    const isLeaf = 'values' in node
    tree.childrenLeft.push(-1)
    tree.childrenRight.push(-1)
    tree.feature.push(isLeaf ? -2 : places.placeOf(node.condition))
    tree.threshold.push(isLeaf ? -2 : places.borderOf(node.condition))
    tree.missingGoToLeft.push(!isLeaf && places.sendsMissingLeft(node.condition) ? 1 : 0)
    if (isLeaf) tree.value.push(toEntry(node.values))
    else {
      tree.childrenLeft[number] = add(node.no)
      tree.childrenRight[number] = add(node.yes)
    }
    return number
  }
  add(simplify(root, places, new Map()))
  return tree
}

type Simple =
  | { readonly values: readonly number[] }
  | { readonly condition: Condition, readonly no: Simple, readonly yes: Simple }

/** By column, the largest border that a value is above, and the smallest one that it is not. */
type Known = Map<number, { readonly above: number, readonly notAbove: number }>

function simplify(node: TreeNode, places: RowPlaces, known: Known): Simple {
  if ('values' in node) return node
  const { condition } = node
  const place = places.placeOf(condition)
  const border = places.borderOf(condition)
  const range = known.get(place) ?? { above: -Infinity, notAbove: Infinity }
  if (range.above >= border) return simplify(node.yes(), places, known)
  if (range.notAbove <= border) return simplify(node.no(), places, known)
  const no = simplify(node.no(), places, new Map(known).set(place, { ...range, notAbove: border }))
  const yes = simplify(node.yes(), places, new Map(known).set(place, { ...range, above: border }))
  if ('values' in no && 'values' in yes && no.values.every((value, i) => Object.is(value, yes.values[i]))) return no
  return { condition, no, yes }
}

/** Zeros are left out of leaves with several values. */
function toEntry(values: readonly number[]): number | number[] {
  if (values.length === 1) return values[0]
  return values.flatMap((value, output) => value === 0 ? [] : [output, value])
}
