/** Rows of numbers as bars, in a table that needs no other text. */
import { scaleLinear } from 'd3-scale'

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
  // The bars alone have room then.
  const isMany = series.length > 2
  const numbers = bars.flatMap(({ values }) => values).filter(value => value !== undefined && Number.isFinite(value)) as number[]
  const scale = scaleLinear([Math.min(0, ...numbers), full ?? Math.max(...numbers, 0)], [0, 100])
  const zero = scale(0)
  return (
    <table class="bars">
      <caption class="hidden">{caption}</caption>
      <thead class={series.length === 1 || isMany ? 'hidden' : ''}>
        <tr>
          <th scope="col">{header}</th>
          <td />
          {series.map((name, s) => <th key={name} scope="col" class="number"><span class={colours?.[s] ?? ''}>{name}</span></th>)}
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
              <td key={s} class={isMany ? 'hidden' : 'number'}>{value === undefined || Number.isNaN(value) ? '–' : show(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
