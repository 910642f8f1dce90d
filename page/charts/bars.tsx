/** Rows of numbers as bars, in a table that needs no other text. */
import { scaleLinear } from 'd3-scale'
import { usePage } from '../parts/context.js'

export interface Bar {
  readonly label: string
  /** One per series; NaN or undefined is no bar. */
  readonly values: ReadonlyArray<number | undefined>
  readonly isStrong?: boolean
}

interface BarsProps {
  readonly caption: string
  readonly header: string
  readonly bars: readonly Bar[]
  /** Names of the series, where there are several. */
  readonly series: readonly string[]
  readonly show: (value: number) => string
  /** What a full bar is; the largest number when left out. */
  readonly full?: number
  /** Colours of the series, as names of classes; in their order when left out. */
  readonly colours?: readonly string[]
}

export function Bars({ caption, header, bars, series, show, full, colours }: BarsProps) {
  const { texts } = usePage()
  const numbers = bars.flatMap(({ values }) => values).filter(value => value !== undefined && Number.isFinite(value)) as number[]
  const scale = scaleLinear([Math.min(0, ...numbers), full ?? Math.max(...numbers, 0)], [0, 100])
  const zero = scale(0)
  return (
    <table class="bars">
      <caption class="hidden">{caption}</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">{header}</th>
          {series.map(name => <th key={name} scope="col" colSpan={2}>{name === '' ? texts.value : name}</th>)}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ label, values, isStrong }) => (
          <tr key={label} class={isStrong === true ? 'strong' : ''}>
            <th scope="row">{label}</th>
            <td class="track" aria-hidden="true">
              {values.map((value, s) => {
                const end = value === undefined || Number.isNaN(value) ? zero : scale(value)
                const style = { left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%` }
                return <div key={s} class="lane"><div class={`bar ${colours?.[s] ?? `series-${s}`}`} style={style} /></div>
              })}
            </td>
            {values.map((value, s) => (
              <td key={s} class="number">{value === undefined || Number.isNaN(value) ? '–' : show(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
