/** What would change the answer. */
import type { Field } from '../logic/fields.js'
import type { Row } from '../logic/types.js'
import type { RowAnswer } from '../models/open-model.js'
import { outputOf, type RiskCategory } from '../logic/read-answer.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { SETTLED_MS, useSettled, useThought } from '../parts/hooks.js'
import type { Aspect } from './try.js'

interface ChangesProps {
  readonly row: Row
  readonly fields: readonly Field[]
  readonly aspect: Aspect
  readonly answer: RowAnswer | undefined
  readonly apply: (row: Row) => void
}

export function Changes({ row, fields, aspect: { target }, answer, apply }: ChangesProps) {
  const { texts, format, worker, settings: { risk: limits } } = usePage()
  const isNumber = target.isRisk !== true && answer !== undefined && 'answer' in answer &&
    outputOf(answer.answer, target.output).value !== undefined
  const settled = useSettled(JSON.stringify([row, target]), SETTLED_MS)
  const { value: changes, isStale } = useThought(
    isNumber ? undefined : settled, async () => worker.ask('changes', { row, target, fields, limits }))
  const descriptions = new Map(fields.map(({ name, description }) => [name, description]))
  return (
    <section class="card" aria-labelledby="change" aria-busy={isStale}>
      <h2 id="change">{texts.change}</h2>
      {isNumber && <p class="lead">{texts.noChangeNumber}</p>}
      {!isNumber && changes !== undefined && (
        <>
          <p class="lead">{changes.length === 0 ? texts.noChange : target.isRisk === true ? texts.changeRisk : texts.changeClass}</p>
          {changes.length > 0 && (
            <ul class="changes">
              {changes.map(({ field, from, to, verdict, number }) => {
                const name = labelOf(texts, field, descriptions.get(field))
                return (
                  <li key={field}>
                    <span class="what">
                      <span class="name">{name}</span> {texts.changeTo(format.value(from), format.value(to))}
                    </span>
                    <span class={target.isRisk === true ? `chip ${verdict.toLowerCase()}` : 'chip'}>
                      {target.isRisk === true ? texts.categories[verdict as RiskCategory] : verdict}
                    </span>
                    {Number.isFinite(number) && <span class="figure">{number >= 0 && number <= 1 ? format.percent(number) : format.number(number)}</span>}
                    <button
                      type="button" aria-label={texts.applyLabel(name, format.value(to))}
                      onClick={() => apply({ ...row, [field]: to })}
                    >
                      {texts.apply}
                    </button>
                  </li>
                )
              })}
            </ul>
          )}
        </>
      )}
    </section>
  )
}
