/** Where two rows differ. */
import type { Field } from '../logic/fields.js'
import { listDifferences } from '../logic/state.js'
import type { Row } from '../logic/types.js'
import { labelOf } from '../logic/describe-input.js'
import { usePage } from '../parts/context.js'
import { ROW_NAMES } from './form.js'

interface DifferencesProps {
  readonly rows: readonly Row[]
  readonly fields: readonly Field[]
}

export function Differences({ rows: [a, b], fields }: DifferencesProps) {
  const { texts, format } = usePage()
  const names = new Set(listDifferences(a, b))
  const different = fields.filter(({ name }) => names.has(name))
  return (
    <section class="card" aria-labelledby="differences">
      <h2 id="differences">{texts.differences}</h2>
      {different.length === 0 ? <p>{texts.noDifferences}</p> : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{texts.field}</th>
              {ROW_NAMES.map((name, i) => <th key={name} scope="col" class="number"><span class={`tag tag-${i}`}>{name}</span></th>)}
            </tr>
          </thead>
          <tbody>
            {different.map(({ name, description }) => (
              <tr key={name}>
                <th scope="row">{labelOf(texts, name, description)}</th>
                <td class="number">{format.value(a[name])}</td>
                <td class="number">{format.value(b[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
