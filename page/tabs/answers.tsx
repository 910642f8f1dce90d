/** The answers to one or two rows. */
import type { Answer, Label } from '../../library/core.js'
import { Bars } from '../charts/bars.js'
import { Gauge } from '../charts/gauge.js'
import { categorize, classNumbers, outputOf, rankClasses, readNumber } from '../logic/read-answer.js'
import type { OpenModel, OpenSubject, RowAnswer } from '../models/open-model.js'
import type { Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { titleOf, usePage } from '../parts/context.js'
import { useThought } from '../parts/hooks.js'
import { ROW_NAMES } from './form.js'

/** Classes that are listed. */
const LISTED = 10

/** What a model says of each row: at once where the page computes it; of a row before, while the service is asked. */
export function useAnswers(model: OpenModel, rows: readonly Row[]): readonly RowAnswer[] {
  const { compute } = model
  const computed = compute && rows.map(row => compute(row))
  const asked = useThought(computed === undefined ? JSON.stringify([model.name, rows]) : undefined,
    async () => Promise.all(rows.map(async row => model.ask(row))))
  return computed ?? asked.value ?? []
}

interface AnswersProps {
  readonly subject: OpenSubject
  /** By model, and in it by row. */
  readonly answers: ReadonlyMap<string, readonly RowAnswer[]>
}

export function Answers({ subject, answers }: AnswersProps) {
  return (
    <div class="answers">
      {subject.models.map(model => (
        <AnswerCard key={model.name} subject={subject} model={model} answers={answers.get(model.name) ?? []} />
      ))}
    </div>
  )
}

interface AnswerCardProps {
  readonly subject: OpenSubject
  readonly model: OpenModel
  readonly answers: readonly RowAnswer[]
}

function AnswerCard({ subject, model, answers }: AnswerCardProps) {
  const { texts } = usePage()
  const isRisk = model.name === subject.risk?.name
  const isOffers = model.name === subject.offers?.name
  const usable = answers.flatMap(one => 'answer' in one ? [one.answer] : [])
  const refusal = answers.find(one => 'message' in one)
  const defaulted = new Set(usable.flatMap(answer => answer.defaulted ?? []))
  const descriptions = new Map(model.info.inputs.map(({ name, description }) => [name, description]))
  return (
    <section class={`card answer${isRisk ? ' risk' : ''}`} aria-label={titleOf(subject, model, texts)}>
      <h2>{titleOf(subject, model, texts)}</h2>
      {refusal !== undefined && (
        <p class="refusal" role="alert">{texts.refused}: {refusal.problems.length > 0 ? refusal.problems.map(({ field, expected, received }) =>
          `${field} ${texts.expectedReceived(expected, received)}`).join('; ') : refusal.message}</p>
      )}
      {usable.length === answers.length && usable.length > 0 && (
        isRisk && subject.risk !== undefined
          ? <Risk answers={usable} label={subject.risk.label} model={model.name} />
          : model.info.outputs.map((output, o) => (
            <OutputAnswers key={o} name={output.name} output={o} answers={usable} isOffers={isOffers} />
          ))
      )}
      {defaulted.size > 0 && (
        <p class="note">{texts.defaulted([...defaulted].map(name => labelOf(texts, name, descriptions.get(name))).join(', '))}</p>
      )}
    </section>
  )
}

interface RiskProps {
  readonly answers: readonly Answer[]
  readonly model: string
  readonly label: Label
}

function Risk({ answers, model, label }: RiskProps) {
  const { texts, format, settings: { risk: limits } } = usePage()
  const scores = answers.map(answer => readNumber(answer, { model, output: 0, label }))
  const words = scores.map(score => texts.riskIs(format.percent(score), texts.categories[categorize(score, limits)]))
  const described = words.map((text, i) => words.length > 1 ? `${ROW_NAMES[i]}: ${text}` : text).join('. ')
  return (
    <>
      <Gauge values={scores} limits={limits} label={`${texts.risk}: ${described}. ${texts.riskLimits(format.number(limits.mediumFrom), format.number(limits.highFrom))}`} />
      <div class="verdicts">
        {scores.map((score, i) => (
          <p key={i} class="verdict">
            {scores.length > 1 && <span class={`tag tag-${i}`}>{ROW_NAMES[i]}</span>}
            <strong>{format.percent(score)}</strong>
            <span class={`chip ${categorize(score, limits).toLowerCase()}`}>{texts.categories[categorize(score, limits)]}</span>
            <span class="exact">{texts.exactly} {String(score)}</span>
          </p>
        ))}
      </div>
    </>
  )
}

/** The answers in a line, for small screens whose form hides the rest. */
export function Dock({ subject, answers, active }: AnswersProps & { readonly active: number }) {
  const { texts, format, settings: { risk: limits } } = usePage()
  return (
    <div class="dock" aria-hidden="true">
      {subject.models.map(({ name }) => {
        const one = answers.get(name)?.[active]
        if (one === undefined || 'message' in one) return <span key={name}>–</span>
        if (name !== subject.risk?.name) {
          return <strong key={name}>{nameAnswer(outputOf(one.answer, 0), texts, format.number)}</strong>
        }
        const score = readNumber(one.answer, { model: name, output: 0, label: subject.risk.label })
        const category = categorize(score, limits)
        return (
          <span key={name}>
            <strong>{format.percent(score)}</strong>{' '}
            <span class={`chip ${category.toLowerCase()}`}>{texts.categories[category]}</span>
          </span>
        )
      })}
    </div>
  )
}

interface OutputAnswersProps {
  readonly name: string | undefined
  readonly output: number
  readonly answers: readonly Answer[]
  readonly isOffers: boolean
}

function OutputAnswers({ name, output, answers, isOffers }: OutputAnswersProps) {
  const { texts, format } = usePage()
  const ones = answers.map(answer => outputOf(answer, output))
  const ranked = rankClasses(ones[0])
  const isShare = ones[0].probabilities !== undefined
  const show = isShare ? format.percent : format.number
  const values = ones.map(one => new Map(rankClasses(one).map(({ label, value }) => [label, value])))
  return (
    <>
      {name !== undefined && <h3>{name}</h3>}
      <div class="verdicts">
        {ones.map((one, i) => {
          const numbers = classNumbers(one)
          const place = one.classes?.indexOf(one.prediction ?? '') ?? -1
          const exact = one.value ?? one.decision ?? numbers?.[place]
          return (
            <p key={i} class="verdict">
              {ones.length > 1 && <span class={`tag tag-${i}`}>{ROW_NAMES[i]}</span>}
              <strong>{nameAnswer(one, texts, format.number)}</strong>
              {exact !== undefined && <span class="exact">{texts.exactly} {String(exact)}</span>}
            </p>
          )
        })}
      </div>
      {ranked.length > 0 && (
        <>
          <Bars
            caption={isOffers ? texts.offers : texts.classes} header={texts.class} show={show}
            series={ones.length > 1 ? ROW_NAMES : [isShare ? texts.probability : texts.decision]}
            bars={ranked.slice(0, LISTED).map(({ label }, i) => (
              { label, values: values.map(map => map.get(label)), isStrong: i === 0 }
            ))}
            {...isShare && { full: 1 }}
            colours={['customer-0', 'customer-1']}
          />
          {ranked.length > LISTED && <p class="note">{texts.others(format.count(ranked.length - LISTED))}</p>}
        </>
      )}
    </>
  )
}

function nameAnswer(
  { value, decision, prediction }: ReturnType<typeof outputOf>, texts: ReturnType<typeof usePage>['texts'],
  show: (value: number) => string
): string {
  if (value !== undefined) return show(value)
  if (decision !== undefined) return prediction === -1 ? texts.outlier : texts.inlier
  return String(prediction)
}
