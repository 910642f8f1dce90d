/** A model's trees, one at a time, with the way of a row. */
import { TreeChart } from '../charts/tree.js'
import type { State } from '../logic/state.js'
import type { TreeNode } from '../logic/tree.js'
import type { ModelInfo, Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { useThought } from '../parts/hooks.js'

interface TreesProps {
  readonly info: ModelInfo
  readonly row: Row
  readonly state: State
  readonly change: (changed: Partial<State>) => void
}

/** Beyond this a drawing has more nodes than anybody looks at. */
const DEEPEST = 12

export function Trees({ info, row, state: { tree, depth }, change }: TreesProps) {
  const { texts, format, worker } = usePage()
  const { value: drawn } = useThought(
    JSON.stringify([info.name, tree, depth, row]), async () => worker.ask('tree', { model: info.name, tree, depth, row }))
  const descriptions = new Map(info.inputs.map(({ name, description }) => [name, description]))
  const [{ classes }] = info.outputs
  const ask = ({ question }: TreeNode) => {
    if (question === undefined) return ''
    const { column, test } = question
    const name = labelOf(texts, column, descriptions.get(column))
    if ('categories' in test) return texts.isIn(name, test.categories.join(', ') || texts.nothing)
    return `${name} ${test.sign} ${format.number(test.threshold)}${test.isExact ? '' : ` (${texts.scaled})`}`
  }
  const hold = ({ leaf }: TreeNode) => {
    if (leaf === undefined) return ''
    const label = classes?.[leaf.place]
    const isShare = label !== undefined && leaf.value >= 0 && leaf.value <= 1
    return label === undefined ? format.number(leaf.value) : `${String(label)}: ${isShare ? format.percent(leaf.value) : format.number(leaf.value)}`
  }
  const describe = (node: TreeNode): readonly [string, string] => {
    const second = node.samples === undefined ? '' : `n = ${format.count(node.samples)}`
    if (node.leaf !== undefined) return [hold(node), second]
    const { question } = node
    if (question === undefined) return ['', second]
    const name = labelOf(texts, question.column, descriptions.get(question.column))
    return [name, ask(node).slice(name.length).trim()]
  }
  return (
    <section class="card" aria-labelledby="trees">
      <h2 id="trees">{texts.trees}</h2>
      {drawn === undefined ? <p>{info.nTrees === 0 ? texts.noTree : texts.loading}</p> : (
        <>
          <p class="lead">{texts.treesText}</p>
          <div class="heading">
            <NumberBox id="tree" label={texts.tree} of={texts.treeOf(format.count(drawn.nTrees))} value={tree + 1} from={1} to={drawn.nTrees} onChange={value => change({ tree: value - 1 })} />
            <NumberBox id="depth" label={texts.depth} of={texts.depthOf(format.count(drawn.depth))} value={depth} from={1} to={Math.min(DEEPEST, Math.max(1, drawn.depth))} onChange={value => change({ depth: value })} />
            <span class="note">{drawn.estimator}</span>
          </div>
          <TreeChart label={`${texts.tree} ${tree + 1}`} root={drawn.root} describe={describe} />
          <h3>{texts.path}</h3>
          <ol class="path">
            {listPath(drawn.root).map(({ node, next }) => (
              <li key={node.index}>
                {node.leaf !== undefined ? `${texts.leaf}: ${hold(node)}`
                  : next === undefined ? `${ask(node)} …`
                  : <>{ask(node)} <span class="chip">{next === node.children[0] ? texts.yes : texts.no}</span></>}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}

/** The nodes that a row passes, with the one after each. */
function listPath(root: TreeNode): Array<{ node: TreeNode, next: TreeNode | undefined }> {
  const path = []
  for (let node: TreeNode | undefined = root.isOnPath ? root : undefined; node !== undefined;) {
    const next: TreeNode | undefined = node.children.find(child => child.isOnPath)
    path.push({ node, next })
    node = next
  }
  return path
}

interface NumberBoxProps {
  readonly id: string
  readonly label: string
  readonly of: string
  readonly value: number
  readonly from: number
  readonly to: number
  readonly onChange: (value: number) => void
}

function NumberBox({ id, label, of, value, from, to, onChange }: NumberBoxProps) {
  return (
    <span class="number-box">
      <label for={id}>{label}</label>
      <input
        id={id} type="number" min={from} max={to} step="1" value={value}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          if (Number.isInteger(valueAsNumber) && valueAsNumber >= from && valueAsNumber <= to) onChange(valueAsNumber)
        }}
      />
      <span class="note">{of}</span>
    </span>
  )
}
