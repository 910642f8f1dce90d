/** The form on the left: what is tried, sample rows, one or two customers, and a control per field. */
import type { FieldProblem } from '../../library/core.js'
import type { Field } from '../logic/fields.js'
import { completeRow, isSameRow, type State } from '../logic/state.js'
import { TOGETHER, type OpenSubject } from '../models/open-model.js'
import type { Row } from '../models/types.js'
import { titleOf, usePage } from '../parts/context.js'
import { FieldControl } from '../parts/field-control.js'

interface FormProps {
  readonly subject: OpenSubject
  readonly fields: readonly Field[]
  readonly state: State
  readonly problems: readonly FieldProblem[]
  readonly change: (changed: Partial<State>) => void
}

/** Names of the rows beside each other. */
export const ROW_NAMES = ['A', 'B'] as const

export function Form({ subject, fields, state, problems, change }: FormProps) {
  const { texts, models: { subjects } } = usePage()
  const { rows, active } = state
  const row = rows[active]
  const setRow = (row: Row) => change({ rows: rows.map((other, i) => i === active ? row : other) })
  const samples = subject.samples.map(sample => completeRow(fields, sample))
  const sample = samples.findIndex(one => isSameRow(one, row))
  const titles = new Map(subject.models.map(model => [model.name, titleOf(subject, model, texts)]))
  const name = subject.id === TOGETHER ? texts.customerName : texts.rowName
  return (
    <section class="card form" aria-labelledby="inputs">
      <h2 id="inputs" class="hidden">{texts.inputs}</h2>
      {subjects.length > 1 && (
        <div class="field">
          <label for="subject">{texts.subject}</label>
          <select id="subject" value={subject.id} onChange={event => change({ subject: event.currentTarget.value })}>
            {subjects.map(id => <option key={id} value={id}>{id === TOGETHER ? texts.customer : id}</option>)}
          </select>
        </div>
      )}
      {rows.length > 1 && (
        <div class="segments" role="radiogroup" aria-label={texts.editing}>
          {rows.map((_, i) => (
            <label key={i} class={`segment segment-${i}`}>
              <input type="radio" name="active" checked={i === active} onChange={() => change({ active: i })} />
              <span>{name(ROW_NAMES[i])}</span>
            </label>
          ))}
        </div>
      )}
      <div class="field">
        <label for="sample">{texts.sample}</label>
        <select id="sample" value={String(sample)} onChange={event => setRow(samples[Number(event.currentTarget.value)])}>
          {sample < 0 && <option value="-1">{texts.sampleOwn}</option>}
          {samples.map((_, i) => <option key={i} value={String(i)}>{texts.sampleRow(i + 1)}</option>)}
        </select>
      </div>
      {fields.map(field => (
        <FieldControl
          key={field.name} field={field} value={row[field.name]} models={titles}
          problem={problems.find(problem => problem.field === field.name)}
          onChange={value => setRow({ ...row, [field.name]: value })}
        />
      ))}
      {rows.length === 1
        ? <button type="button" onClick={() => change({ rows: [row, row], active: 1 })}>{texts.compare}</button>
        : <button type="button" onClick={() => change({ rows: [row], active: 0 })}>{texts.removeSecond}</button>}
    </section>
  )
}
