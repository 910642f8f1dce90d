/** A share between 0 and 1 on an arc with its categories. */
import { scaleLinear } from 'd3-scale'
import { arc } from 'd3-shape'
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import { usePage } from '../parts/context.js'

const RADIUS = 100
const THICKNESS = 16
const GAP = 0.02

const angle = scaleLinear([0, 1], [-Math.PI / 2, Math.PI / 2])

interface GaugeProps {
  /** One per customer; the first is the strong one. */
  readonly values: readonly number[]
  readonly limits: RiskLimits
  readonly label: string
}

export function Gauge({ values, limits: { mediumFrom, highFrom }, label }: GaugeProps) {
  const { format } = usePage()
  const zones = ([['low', 0, mediumFrom], ['medium', mediumFrom, highFrom], ['high', highFrom, 1]] as const)
    .filter(([, from, to]) => to > from)
  const draw = arc<readonly [string, number, number]>()
    .innerRadius(RADIUS - THICKNESS).outerRadius(RADIUS).cornerRadius(3)
    .startAngle(([, from]) => angle(from) + (from === 0 ? 0 : GAP)).endAngle(([, , to]) => angle(to) - (to === 1 ? 0 : GAP))
  return (
    <svg class="gauge" viewBox="-124 -122 248 130" role="img" aria-label={label}>
      {zones.map(zone => <path key={zone[0]} class={`zone ${zone[0]}`} d={draw(zone) ?? ''} />)}
      {[mediumFrom, highFrom].map(limit => {
        const [x, y] = pointAt(limit, RADIUS + 10)
        return <text key={limit} x={x} y={y} text-anchor={x < -20 ? 'end' : x > 20 ? 'start' : 'middle'}>{format.number(limit)}</text>
      })}
      {values.map((value, i) => {
        const turn = angle(Number.isNaN(value) ? 0 : value) * 180 / Math.PI
        return (
          <g key={i} class={`needle needle-${i}`} transform={`rotate(${turn})`}>
            <path d={`M-3.5 0 L0 ${-(RADIUS - THICKNESS - 6)} L3.5 0 Z`} />
          </g>
        )
      }).reverse()}
      <circle class="hub" r="6" />
    </svg>
  )
}

function pointAt(share: number, radius: number): readonly [x: number, y: number] {
  const turn = angle(share)
  return [Math.sin(turn) * radius, -Math.cos(turn) * radius]
}
