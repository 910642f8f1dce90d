import type { TreeDump } from '../../../src/dump/dump.js'
import { JsonPlace } from '../common/json-place.js'

/** Steps that an error shows of the way to a node, from its end. */
const MAX_STEPS = 12

/** Which way leads from the parent: none at the root. */
interface Pending {
  readonly value: unknown
  readonly parent: number
  readonly side: 'left' | 'right'
}

/**
 * A tree of ml-cart as parallel arrays, in pre-order. No recursion: a file's trees may be of any depth.
 * @param root as toJSON() shows it: `distribution` at a leaf, `splitColumn`, `splitValue`, `left`, `right` elsewhere
 * @param columns the forest's column of each column that the tree saw
 * @param readLeaf what the leaf holds in the dump, from its `distribution`
 * @throws ConvertError naming the node, such as `baseModel.estimators[0].root.left.right`
 */
export function convertTree(
  root: JsonPlace, columns: readonly number[], readLeaf: (distribution: JsonPlace) => TreeDump['value'][number]
): TreeDump {
  const tree: TreeDump = { childrenLeft: [], childrenRight: [], feature: [], threshold: [], value: [] }
  const origins: Pending[] = []
  const pending: Pending[] = [{ value: root.value, parent: -1, side: 'left' }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const index = origins.push(next) - 1
    if (next.parent >= 0) (next.side === 'left' ? tree.childrenLeft : tree.childrenRight)[next.parent] = index
    const node = new JsonPlace(next.value, () => root.path + describeWay(origins, index))
    node.mustBeObject()
    tree.childrenLeft.push(-1)
    tree.childrenRight.push(-1)
    const [distribution, left, right] = ['distribution', 'left', 'right'].map(name => node.key(name))
    if (left.isAbsent && right.isAbsent) {
      if (distribution.isAbsent) node.fail('a leaf with its distribution, or a split with left and right')
      tree.feature.push(-2)
      tree.threshold.push(-2)
      tree.value.push(readLeaf(distribution))
      continue
    }
    // The library itself would walk on before toJSON() and stop after load().
    if (!distribution.isAbsent) distribution.fail('nothing at a node with children')
    tree.feature.push(columns[node.key('splitColumn').integer(0, columns.length - 1)])
    tree.threshold.push(node.key('splitValue').number())
    pending.push({ value: right.value, parent: index, side: 'right' })
    pending.push({ value: left.value, parent: index, side: 'left' })
  }
  return tree
}

function describeWay(origins: readonly Pending[], index: number): string {
  const steps: string[] = []
  for (let { parent, side } = origins[index]; parent >= 0; { parent, side } = origins[parent]) steps.push(`.${side}`)
  const shown = steps.slice(0, MAX_STEPS).reverse().join('')
  return steps.length > MAX_STEPS ? `, ${steps.length} levels down, …${shown}` : shown
}
