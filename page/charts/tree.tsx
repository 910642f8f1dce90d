/** A tree from left to right: yes leads up, no leads down. */
import { hierarchy, tree as layOut, type HierarchyPointNode } from 'd3-hierarchy'
import { usePage } from '../parts/context.js'
import type { TreeNode } from '../logic/tree.js'

interface TreeChartProps {
  readonly label: string
  readonly root: TreeNode
  /** What a node asks or holds, in two lines. */
  readonly describe: (node: TreeNode) => readonly [first: string, second: string]
}

const BOX = { width: 168, height: 44 }
const STEP = { across: 210, down: 54 }

export function TreeChart({ label, root, describe }: TreeChartProps) {
  const { texts } = usePage()
  const placed = layOut<TreeNode>().nodeSize([STEP.down, STEP.across])(hierarchy(root, ({ children }) => [...children]))
  const nodes = placed.descendants()
  const top = Math.min(...nodes.map(({ x }) => x)) - BOX.height
  const bottom = Math.max(...nodes.map(({ x }) => x)) + BOX.height
  const width = Math.max(...nodes.map(({ y }) => y)) + BOX.width + 48
  return (
    <div class="scroll tree" role="region" aria-label={label} tabIndex={0}>
      <svg width={width} height={bottom - top} viewBox={`-4 ${top} ${width} ${bottom - top}`} role="img" aria-label={label}>
        {nodes.slice(1).map(node => (
          <path key={node.data.index} class={node.data.isOnPath ? 'link lit' : 'link'} d={drawLink(node)} />
        ))}
        {nodes.map(({ data, x, y, children }) => {
          const [first, second] = describe(data)
          return (
            <g key={data.index} class={`node${data.isOnPath ? ' lit' : ''}${data.leaf === undefined ? '' : ' leaf'}`} transform={`translate(${y},${x})`}>
              <rect y={-BOX.height / 2} width={BOX.width} height={BOX.height} rx="8" />
              <text x="10" y="-4">{shorten(first)}</text>
              <text x="10" y="13" class="second">{shorten(second)}</text>
              {data.hidden > 0 && <text x={BOX.width + 8} dy="0.32em" class="second">{texts.hiddenNodes(String(data.hidden))}</text>}
              {children !== undefined && (
                <>
                  <text x={BOX.width + 6} y="-9" class="second branch">{texts.yes}</text>
                  <text x={BOX.width + 6} y="18" class="second branch">{texts.no}</text>
                </>
              )}
              <title>{`${first} ${second}`}</title>
            </g>
          )
        })}
      </svg>
    </div>
  )
}

function drawLink({ x, y, parent }: HierarchyPointNode<TreeNode>): string {
  const from = parent ?? { x, y }
  const start = from.y + BOX.width
  const middle = (start + y) / 2
  return `M${start},${from.x}C${middle},${from.x} ${middle},${x} ${y},${x}`
}

function shorten(text: string): string {
  return text.length > 25 ? `${text.slice(0, 24)}…` : text
}
