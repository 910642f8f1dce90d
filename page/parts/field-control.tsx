/** The control of one field. */
import { useId, useState } from 'preact/hooks'
import type { FieldProblem } from '../../library/core.js'
import { snap, type Field, type NumberField } from '../logic/fields.js'
import { writeValue } from '../logic/format.js'
import type { Texts } from '../texts/en.js'
import { Combobox } from './combobox.js'
import { labelOf, unitOf } from '../logic/describe-input.js'
import { usePage } from './context.js'

interface FieldControlProps {
  readonly field: Field
  readonly value: unknown
  /** All models that answer, with what they are called. */
  readonly models: ReadonlyMap<string, string>
  readonly problem: FieldProblem | undefined
  readonly onChange: (value: unknown) => void
}

export function FieldControl({ field, value, models, problem, onChange }: FieldControlProps) {
  const { texts, format } = usePage()
  const id = useId()
  const label = labelOf(texts, field.name, field.description)
  const unit = field.kind === 'number' ? unitOf(texts, field.unit, label) : undefined
  const users = field.usedBy.map(name => models.get(name) ?? name)
  const use = users.length === 0 ? texts.unused : users.length < models.size ? texts.onlyFor(users.join(', ')) : undefined
  const note = problem === undefined
    ? noteOf(field, value, texts, format.value) : texts.expectedReceived(problem.expected, problem.received)
  const noteId = `${id}-note`
  const describedBy = note === undefined ? undefined : noteId
  return (
    <div class={`field ${field.kind}-field${problem === undefined ? '' : ' refused'}`} title={field.name}>
      <label for={id}>
        {label}
        {(unit ?? use) !== undefined && <span class="unit">{[unit, use].filter(text => text !== undefined).join(' · ')}</span>}
      </label>
      {field.kind === 'number' && (
        <NumberControl {...{ id, field, label, value, describedBy, onChange }} />
      )}
      {field.kind === 'category' && (
        <Combobox
          id={id} value={typeof value === 'string' ? value : ''} options={field.categories} describedBy={describedBy}
          placeholder={texts.noValue} onChange={text => onChange(text === '' ? null : text)}
        />
      )}
      {field.kind === 'choice' && (
        <select
          id={id} aria-describedby={describedBy} value={writeValue(value)}
          onChange={({ currentTarget }) =>
            onChange(field.options.find(option => String(option) === currentTarget.value) ?? null)}
        >
          <option value="">{texts.noValue}</option>
          {field.options.map(option => (
            <option key={String(option)} value={String(option)}>
              {typeof option === 'boolean' ? (option ? texts.yes : texts.no) : format.number(option)}
            </option>
          ))}
        </select>
      )}
      {field.kind === 'text' && (
        <textarea
          id={id} rows={3} aria-describedby={describedBy} value={typeof value === 'string' ? value : ''}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
      {note !== undefined && <p class="note" id={noteId}>{note}</p>}
    </div>
  )
}

/** What to know of a value that the model takes. */
function noteOf(field: Field, value: unknown, texts: Texts, show: (value: unknown) => string): string | undefined {
  if (field.kind === 'category' && typeof value === 'string' && !field.categories.includes(value)) return texts.unknownCategory
  if ((value !== null && value !== undefined) || (field.kind !== 'number' && field.kind !== 'category')) return undefined
  if (field.missing === undefined) return texts.required
  return field.missing === null || Number.isNaN(field.missing) ? texts.missingOwn : texts.missing(show(field.missing))
}

interface NumberControlProps {
  readonly id: string
  readonly field: NumberField
  readonly label: string
  readonly value: unknown
  readonly describedBy: string | undefined
  readonly onChange: (value: number | null) => void
}

function NumberControl({ id, field, label, value, describedBy, onChange }: NumberControlProps) {
  const { texts, format } = usePage()
  // What is being typed, such as "1.", which as a number would be another text.
  const [draft, setDraft] = useState<string>()
  const { from, to, step } = field
  const number = typeof value === 'number' ? value : undefined
  const share = number === undefined ? 0 : Math.min(1, Math.max(0, (number - from) / (to - from)))
  return (
    <>
      <input
        type="range" class={number === undefined ? 'empty' : ''} min={from} max={to} step={step} value={number ?? from}
        style={{ '--filled': `${share * 100}%` }} aria-label={texts.slider(label)}
        aria-valuetext={number === undefined ? texts.noValue : format.number(number)}
        onInput={event => onChange(snap(event.currentTarget.valueAsNumber, field))}
      />
      <input
        id={id} type="number" step="any" aria-describedby={describedBy} placeholder={texts.noValue}
        value={draft ?? (number === undefined ? '' : String(number))}
        onInput={event => {
          const { value, valueAsNumber } = event.currentTarget
          setDraft(value)
          onChange(Number.isFinite(valueAsNumber) ? valueAsNumber : null)
        }}
        onBlur={() => setDraft(undefined)}
      />
    </>
  )
}
