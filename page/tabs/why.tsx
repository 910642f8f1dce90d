/** Why the answer is what it is: the strongest factors. */
import { useState } from 'preact/hooks'
import type { Label } from '../../library/core.js'
import { Waterfall } from '../charts/waterfall.js'
import type { Field } from '../logic/fields.js'
import { outputOf } from '../logic/read-answer.js'
import type { State } from '../logic/state.js'
import type { RowAnswer } from '../models/open-model.js'
import type { Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { useThought } from '../parts/hooks.js'
import type { Aspect } from './try.js'

/** Factors that have a step of their own. */
const TOP = 8

interface WhyProps {
  readonly row: Row
  readonly fields: readonly Field[]
  readonly aspects: readonly Aspect[]
  readonly aspect: Aspect
  readonly answer: RowAnswer | undefined
  readonly change: (changed: Partial<State>) => void
}

export function Why({ row, fields, aspects, aspect, answer, change }: WhyProps) {
  const { texts, format, worker } = usePage()
  const [chosen, setChosen] = useState<{ readonly aspect: string, readonly label: Label }>()
  const one = answer !== undefined && 'answer' in answer ? outputOf(answer.answer, aspect.target.output) : undefined
  const isChoice = aspect.target.isRisk !== true && one?.classes !== undefined && one.decision === undefined
  const label = aspect.target.label ?? (chosen?.aspect === aspect.id ? chosen.label : undefined)
  const target = { ...aspect.target, label }
  const { value: explained } = useThought(JSON.stringify([row, target]), async () => worker.ask('explain', { row, target, top: TOP }))
  const descriptions = new Map(fields.map(({ name, description }) => [name, description]))
  const name = (field: string) => labelOf(texts, field, descriptions.get(field))
  const explanation = explained !== undefined && 'explanation' in explained ? explained.explanation : undefined
  const show = explanation?.space === 'probability' ? format.percent : format.number
  return (
    <section class="card" aria-labelledby="why">
      <div class="heading">
        <h2 id="why">{texts.why}</h2>
        {aspects.length > 1 && (
          <div class="segments" role="radiogroup" aria-label={texts.explained}>
            {aspects.map(({ id, title }) => (
              <label key={id} class="segment">
                <input type="radio" name="about" checked={id === aspect.id} onChange={() => change({ about: id })} />
                <span>{title}</span>
              </label>
            ))}
          </div>
        )}
        {isChoice && (
          <select
            aria-label={texts.explainedClass} value={label === undefined ? '' : String(label)}
            onChange={event => {
              const found = one.classes?.find(known => String(known) === event.currentTarget.value)
              setChosen(found === undefined ? undefined : { aspect: aspect.id, label: found })
            }}
          >
            <option value="">{texts.predictedClass(String(one.prediction))}</option>
            {one.classes?.map(known => <option key={String(known)} value={String(known)}>{String(known)}</option>)}
          </select>
        )}
      </div>
      {explained !== undefined && 'reason' in explained && (
        <p>{explained.reason === '' ? texts.noExplanationRemote : texts.noExplanation(explained.reason)}</p>
      )}
      {explanation !== undefined && (
        <>
          <p class="lead">
            {texts.whyText(show(explanation.base), show(explanation.value))} {texts.spaces[explanation.space] ?? ''}
          </p>
          <Waterfall
            caption={texts.why} base={explanation.base} value={explanation.value} show={show}
            isRisk={target.isRisk === true}
            showChange={explanation.space === 'probability' ? format.signedPercent : format.signed}
            steps={[
              ...explanation.factors.map(({ fields, values, contribution }) => ({
                label: fields.map(name).join(', '),
                detail: fields.map(field => format.value(values[field])).join(', '),
                change: contribution
              })),
              ...explanation.rest === 0 ? [] : [{ label: texts.rest, change: explanation.rest }]
            ]}
          />
        </>
      )}
    </section>
  )
}
