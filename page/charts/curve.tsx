/** Answers over a number, as lines with steps. */
import { bisector, extent } from 'd3-array'
import { scaleLinear } from 'd3-scale'
import { curveStepAfter, line } from 'd3-shape'
import { useState } from 'preact/hooks'
import { usePage } from '../parts/context.js'
import { useWidth } from '../parts/hooks.js'

export interface Limit {
  readonly at: number
  readonly label: string
}

interface CurveProps {
  readonly label: string
  readonly xs: readonly number[]
  readonly series: ReadonlyArray<{ readonly label: string | undefined, readonly ys: readonly number[] }>
  /** Where the rows stand now. */
  readonly now: number | undefined
  readonly limits: readonly Limit[]
  readonly isShare: boolean
}

const HEIGHT = 240
const MARGIN = { top: 14, right: 30, bottom: 26, left: 56 }

export function CurveChart({ label, xs, series, now, limits, isShare }: CurveProps) {
  const { format, texts } = usePage()
  const [ref, width] = useWidth<HTMLDivElement>()
  const [pointed, setPointed] = useState<number>()
  const ys = series.flatMap(one => one.ys).filter(Number.isFinite)
  const [low = 0, high = 1] = isShare ? [0, Math.max(...ys, ...limits.map(({ at }) => at), 0.1)] : extent(ys)
  const x = scaleLinear([xs[0], xs[xs.length - 1]], [MARGIN.left, Math.max(width, 200) - MARGIN.right])
  const y = scaleLinear([low, low === high ? low + 1 : high], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(5)
  const show = isShare ? format.percent : format.number
  const draw = (values: readonly number[]) => line<number>((_, i) => x(xs[i]), value => y(value))
    .defined(value => !Number.isNaN(value)).curve(curveStepAfter)([...values]) ?? ''
  const find = (value: number) => Math.max(0, bisector((one: number) => one).right(xs, value) - 1)
  const marked = pointed ?? now
  const place = marked === undefined ? undefined : find(marked)
  const [left, right] = x.range()
  return (
    <div class="chart" ref={ref}>
      {width > 0 && (
        <svg
          width={width} height={HEIGHT} role="img" aria-label={label}
          onPointerMove={event => setPointed(xs[find(x.invert(event.offsetX))])}
          onPointerLeave={() => setPointed(undefined)}
        >
          {y.ticks(5).map(tick => (
            <g key={tick} class="grid" transform={`translate(0,${y(tick)})`}>
              <line x1={left} x2={right} /><text x={left - 8} dy="0.32em" text-anchor="end">{isShare ? format.percent(tick).replace(/[.,]0/, '') : format.number(tick)}</text>
            </g>
          ))}
          {x.ticks(Math.max(2, Math.floor(width / 110))).map(tick => (
            <text key={tick} class="tick" x={x(tick)} y={HEIGHT - 8} text-anchor="middle">{format.number(tick)}</text>
          ))}
          {limits.map(({ at, label }) => (
            <g key={label} class="limit" transform={`translate(0,${y(at)})`}>
              <line x1={left} x2={right} /><text x={right} dy="-0.4em" text-anchor="end">{label}</text>
            </g>
          ))}
          {now !== undefined && now >= xs[0] && now <= xs[xs.length - 1] && (
            <line class="now" x1={x(now)} x2={x(now)} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
          )}
          {series.map(({ ys }, s) => <path key={s} class={`line series-${s}`} d={draw(ys)} />)}
          {place !== undefined && marked !== undefined && series.map(({ ys }, s) => Number.isFinite(ys[place]) && (
            <circle key={s} class={`dot series-${s}`} cx={x(marked)} cy={y(ys[place])} r="4.5" />
          ))}
        </svg>
      )}
      <p class="legend">
        {marked !== undefined && <span class="at">{format.number(marked)}{pointed === undefined && ` (${texts.now})`}</span>}
        {series.map(({ label, ys }, s) => (
          <span key={s}>
            <span class={`key series-${s}`} aria-hidden="true" />
            {label !== undefined && `${label} `}
            {place !== undefined && <span class="figure">{Number.isFinite(ys[place]) ? show(ys[place]) : '–'}</span>}
          </span>
        ))}
      </p>
    </div>
  )
}
