/** The rows of a file that stand out, each with its strongest factors. */
import { primaryOf } from '../logic/primary.js'
import type { Standout } from '../logic/summary.js'
import type { OpenSubject } from '../models/open-model.js'
import type { Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { useThought } from '../parts/hooks.js'

interface WorstProps {
  readonly rows: readonly Standout[]
  readonly subject: OpenSubject
  readonly tryRow: (row: Row) => void
}

const FACTORS = 3

export function Worst({ rows, subject, tryRow }: WorstProps) {
  const { texts, format, worker } = usePage()
  const { target, kind } = primaryOf(subject)
  const { value: explained } = useThought(JSON.stringify(rows), async () =>
    Promise.all(rows.map(async ({ row }) => worker.ask('explain', { row, target, top: FACTORS }))))
  const inputs = subject.models.flatMap(({ info }) => info.inputs)
  const descriptions = new Map(inputs.map(({ name, description }) => [name, description]))
  const name = (field: string) => labelOf(texts, field, descriptions.get(field))
  const isShare = kind !== 'value' && kind !== 'decision'
  return (
    <section class="card" aria-labelledby="worst">
      <h2 id="worst">{texts.worst[kind]}</h2>
      <div class="scroll tall" role="region" aria-label={texts.tableOf(texts.worst[kind])} tabIndex={0}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{texts.row}</th><th scope="col" class="number">{texts.value}</th>
              <th scope="col">{texts.reasons}</th><td />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ number, row, score }, i) => {
              const one = explained?.[i]
              return (
                <tr key={number}>
                  <th scope="row">{format.count(number)}</th>
                  <td class="number">{isShare ? format.percent(score) : format.number(score)}</td>
                  <td>
                    {one !== undefined && 'explanation' in one && (
                      <ul class="factors">
                        {one.explanation.factors.map(({ fields, values, contribution }) => (
                          <li key={fields.join()}>
                            <span class={contribution < 0 ? 'sign down' : 'sign up'} aria-hidden="true">{contribution < 0 ? '▼' : '▲'}</span>
                            {fields.map(field => `${name(field)} ${format.value(values[field])}`).join(', ')}
                            <span class="hidden"> {contribution < 0 ? texts.lowers : texts.raises}</span>
                          </li>
                        ))}
                      </ul>
                    )}
                  </td>
                  <td><button type="button" aria-label={texts.openLabel(format.count(number))} onClick={() => tryRow(row)}>{texts.open}</button></td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
