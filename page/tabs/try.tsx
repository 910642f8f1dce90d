/** The first tab: a form, and what the models answer to it while it changes. */
import { greatest } from 'd3-array'
import { useMemo } from 'preact/hooks'
import { isDemonstration } from '../../src/model/demonstration.js'
import { listFields, type Field } from '../logic/fields.js'
import { classNumbers, outputOf } from '../logic/read-answer.js'
import type { State } from '../logic/state.js'
import type { OpenModel, OpenSubject, RowAnswer } from '../models/open-model.js'
import type { Target } from '../models/types.js'
import { usePage } from '../parts/context.js'
import { useSettled } from '../parts/hooks.js'
import { Answers, Dock, useAnswers } from './answers.js'
import { Changes } from './changes.js'
import { Differences } from './differences.js'
import { Form } from './form.js'
import { Over } from './over.js'
import { RequestText } from './request.js'
import { Why } from './why.js'

interface TryProps {
  readonly subject: OpenSubject
  readonly state: State
  readonly change: (changed: Partial<State>) => void
}

/** A number that can be explained, with the name of its tab. */
export interface Aspect {
  /** In the address. */
  readonly id: string
  readonly title: string
  readonly target: Target
}

/** The fields of a subject's form. */
export function fieldsOf(subject: OpenSubject): Field[] {
  return listFields(subject.models.map(({ info }) => info), subject.models.flatMap(({ known }) => known))
}

export function TryTab({ subject, state, change }: TryProps) {
  const { texts } = usePage()
  const fields = useMemo(() => fieldsOf(subject), [subject])
  const answers = new Map<string, readonly RowAnswer[]>()
  // A subject's models never change: another one is another part of the page.
  for (const model of subject.models) answers.set(model.name, useAnswers(model, state.rows))
  const { rows, active } = state
  const problems = [...answers.values()].flatMap(list => {
    const one = list[active]
    return one !== undefined && 'problems' in one ? one.problems : []
  })
  const aspects = useMemo(() => listAspects(subject, texts), [subject, texts])
  const aspect = aspects.find(({ id }) => id === state.about) ?? aspects[0]
  const isRefused = problems.length > 0
  const isLocal = subject.models.every(({ local }) => local)
  return (
    <div class="try">
      <Form subject={subject} fields={fields} state={state} problems={problems} change={change} />
      <Dock subject={subject} answers={answers} active={active} />
      <div class="results">
        {subject.models.some(({ info }) => isDemonstration(info.provenance)) && <p class="notice">{texts.demonstration}</p>}
        <Answers subject={subject} answers={answers} />
        <Status answers={answers} models={subject.models} active={active} />
        {rows.length > 1 && <Differences rows={rows} fields={fields} />}
        {!isRefused && (
          <>
            <Why
              row={rows[active]} fields={fields} aspects={aspects} aspect={aspect}
              answer={answers.get(aspect.target.model)?.[active]} change={change}
            />
            <Over row={rows[active]} fields={fields} aspect={aspect} field={state.field ?? strongestOf(subject, aspect)} change={change} />
            <Changes
              row={rows[active]} fields={fields} aspect={aspect} answer={answers.get(aspect.target.model)?.[active]}
              apply={row => change({ rows: rows.map((other, i) => i === active ? row : other) })}
            />
          </>
        )}
        <RequestText subject={subject} row={rows[active]} />
        <p class="note">{isLocal ? texts.exact : texts.asked}</p>
      </div>
    </div>
  )
}

/** The input that counts most for a model, by its own importances; undefined when it has none. */
function strongestOf({ models }: OpenSubject, { target }: Aspect): string | undefined {
  const { inputs = [], featureImportances = [] } = models.find(({ name }) => name === target.model)?.info ?? {}
  const numbers = new Set(inputs.filter(({ type }) => type === 'number').map(({ name }) => name))
  return greatest(featureImportances.filter(({ feature }) => numbers.has(feature)), one => one.importance)?.feature
}

function listAspects({ models, risk, offers }: OpenSubject, texts: ReturnType<typeof usePage>['texts']): Aspect[] {
  const list = models.flatMap(({ name, info: { outputs } }) => outputs.map((output, o): Aspect => {
    const id = o === 0 ? name : `${name}/${o}`
    if (name === risk?.name) return { id, title: texts.whyRisk, target: { model: name, output: 0, label: risk.label, isRisk: true } }
    const title = name === offers?.name ? texts.whyOffer : outputs.length > 1 ? output.name ?? `${name} ${o}` : name
    return { id, title, target: { model: name, output: o } }
  }))
  // The risk first: it is what people ask about.
  return list.sort((a, b) => Number(b.target.isRisk === true) - Number(a.target.isRisk === true))
}

/** The answers in words for those who do not see them change, once they rest. */
function Status({ answers, models, active }: { answers: ReadonlyMap<string, readonly RowAnswer[]>, models: readonly OpenModel[], active: number }) {
  const { format } = usePage()
  const words = models.map(({ name }) => {
    const one = answers.get(name)?.[active]
    if (one === undefined || 'message' in one) return ''
    const { prediction, value, probabilities, classes } = { ...outputOf(one.answer, 0), ...{} }
    const numbers = classNumbers({ ...probabilities && { probabilities } })
    const share = numbers?.[classes?.indexOf(prediction ?? '') ?? -1]
    const said = value === undefined ? String(prediction) : format.number(value)
    return `${name}: ${said}${share === undefined ? '' : `, ${format.percent(share)}`}`
  })
  return <p class="hidden" role="status">{useSettled(words.join('. '), 800)}</p>
}
