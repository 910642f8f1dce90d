/** Steps from a base to a result, in a table that needs no other text. */
import { scaleLinear } from 'd3-scale'
import { usePage } from '../parts/context.js'

export interface Step {
  readonly label: string
  readonly detail?: string
  readonly change: number
}

interface WaterfallProps {
  readonly caption: string
  readonly base: number
  readonly value: number
  readonly steps: readonly Step[]
  readonly show: (value: number) => string
  /** Whether less is better. */
  readonly isRisk: boolean
  readonly showChange: (value: number) => string
}

export function Waterfall({ caption, base, value, steps, show, showChange, isRisk }: WaterfallProps) {
  const { texts } = usePage()
  let reached = base
  const bars = steps.map(step => {
    const from = reached
    reached += step.change
    return { ...step, from, to: reached }
  })
  const ends = [base, value, ...bars.map(({ to }) => to)]
  const low = Math.min(0, ...ends)
  const scale = scaleLinear([low, Math.max(...ends, 0)], [0, 100]).nice()
  const place = (from: number, to: number) =>
    ({ left: `${Math.min(scale(from), scale(to))}%`, width: `${Math.abs(scale(to) - scale(from))}%` })
  return (
    <table class={`waterfall ${isRisk ? 'risky' : ''}`}>
      <caption class="hidden">{caption}</caption>
      <thead class="hidden">
        <tr><th scope="col">{texts.factor}</th><td /><th scope="col">{texts.effect}</th></tr>
      </thead>
      <tbody>
        <tr class="end">
          <th scope="row">{texts.base}</th>
          <td class="track" aria-hidden="true"><div class="bar" style={place(0, base)} /></td>
          <td class="number">{show(base)}</td>
        </tr>
        {bars.map(({ label, detail, change, from, to }) => (
          <tr key={label}>
            <th scope="row">{label}{detail !== undefined && <span class="detail">{detail}</span>}</th>
            <td class="track" aria-hidden="true"><div class={`bar ${change < 0 ? 'down' : 'up'}`} style={place(from, to)} /></td>
            <td class="number">{showChange(change)}</td>
          </tr>
        ))}
        <tr class="end">
          <th scope="row">{texts.result}</th>
          <td class="track" aria-hidden="true"><div class="bar" style={place(0, value)} /></td>
          <td class="number">{show(value)}</td>
        </tr>
      </tbody>
    </table>
  )
}
