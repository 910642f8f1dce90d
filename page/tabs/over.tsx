/** The answer over one field. */
import { Bars } from '../charts/bars.js'
import { CurveChart } from '../charts/curve.js'
import type { Curve } from '../logic/curve.js'
import type { Field } from '../logic/fields.js'
import type { State } from '../logic/state.js'
import type { Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { SETTLED_MS, useSettled, useThought } from '../parts/hooks.js'
import type { Aspect } from './try.js'

interface OverProps {
  readonly row: Row
  readonly fields: readonly Field[]
  readonly aspect: Aspect
  readonly field: string | undefined
  readonly change: (changed: Partial<State>) => void
}

/** Rows of the table that stands for a curve. */
const TABLE_ROWS = 20

export function Over({ row, fields, aspect: { target }, field: wanted, change }: OverProps) {
  const { texts, worker } = usePage()
  const used = fields.filter(({ kind, usedBy }) => kind !== 'text' && usedBy.includes(target.model))
  const field = used.find(({ name }) => name === wanted) ?? used.find(({ kind }) => kind === 'number') ?? used[0]
  const key = field === undefined ? undefined : JSON.stringify([row, target, field.name])
  const rough = useThought(key, async () => worker.ask('curve', { row, target, field: field }))
  // All steps take longer than a frame: they are looked for once the values rest.
  const isSettled = useSettled(key, SETTLED_MS) === key
  const exact = useThought(isSettled ? key : undefined, async () => worker.ask('exactCurve', { row, target, field: field }))
  if (field === undefined) return null
  const curve = isSettled && !exact.isStale && exact.value !== undefined ? exact.value : rough.value
  const label = labelOf(texts, field.name, field.description)
  return (
    <section class="card" aria-labelledby="over">
      <div class="heading">
        <h2 id="over">{texts.over}</h2>
        <select
          aria-label={texts.field} value={field.name}
          onChange={event => change({ field: event.currentTarget.value })}
        >
          {used.map(({ name, description }) => (
            <option key={name} value={name}>{labelOf(texts, name, description)}</option>
          ))}
        </select>
      </div>
      <p class="lead">{texts.overText(label)}{curve?.isExact === true && ` ${texts.allSteps}`}</p>
      {curve?.field === field.name && <Drawn {...{ curve, field, target, label }} now={row[field.name]} />}
    </section>
  )
}

interface DrawnProps {
  readonly curve: Curve
  readonly field: Field
  readonly now: unknown
  readonly target: Aspect['target']
  readonly label: string
}

function Drawn({ curve: { xs, series }, field, now, target, label }: DrawnProps) {
  const { texts, format, settings: { risk } } = usePage()
  const isShare = series.every(({ ys }) => ys.every(y => Number.isNaN(y) || (y >= 0 && y <= 1)))
  const show = isShare ? format.percent : format.number
  const named = series.map(({ label, ys }) => ({ label: target.isRisk === true ? texts.risk : label, ys }))
  const names = named.map(one => one.label ?? texts.value)
  if (field.kind !== 'number') {
    return (
      <>
        {series.length > 1 && <Legend names={names} />}
        <Bars
          caption={`${texts.over}: ${label}`} header={label} series={names} show={show} {...isShare && { full: 1 }}
          bars={xs.map((x, i) => ({
            label: typeof x === 'boolean' ? (x ? texts.yes : texts.no) : format.value(x),
            values: series.map(({ ys }) => ys[i]),
            isStrong: x === now
          }))}
        />
      </>
    )
  }
  const numbers = xs as readonly number[]
  const limits = target.isRisk !== true ? [] : [
    { at: risk.mediumFrom, label: texts.categories.MEDIUM }, { at: risk.highFrom, label: texts.categories.HIGH }
  ]
  const every = Math.max(1, Math.ceil(xs.length / TABLE_ROWS))
  return (
    <>
      <CurveChart
        label={`${texts.over}: ${label}`} xs={numbers} series={named} limits={limits} isShare={isShare}
        now={typeof now === 'number' ? now : undefined}
      />
      <details>
        <summary>{texts.asTable}</summary>
        <div class="scroll" role="region" aria-label={texts.tableOf(`${texts.over}: ${label}`)} tabIndex={0}>
          <table class="plain">
            <thead>
              <tr><th scope="col">{label}</th>{names.map(name => <th key={name} scope="col" class="number">{name}</th>)}</tr>
            </thead>
            <tbody>
              {numbers.map((x, i) => i % every === 0 && (
                <tr key={i}>
                  <th scope="row">{format.number(x)}</th>
                  {series.map(({ ys }, s) => <td key={s} class="number">{Number.isFinite(ys[i]) ? show(ys[i]) : '–'}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

function Legend({ names }: { names: readonly string[] }) {
  return (
    <p class="legend" aria-hidden="true">
      {names.map((name, s) => <span key={name}><span class={`key series-${s}`} />{name}</span>)}
    </p>
  )
}
