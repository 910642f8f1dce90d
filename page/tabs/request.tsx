/** The request that gives the same answer, to be copied. */
import { useState } from 'preact/hooks'
import { dropMissing, writeAxios, writeCurl } from '../logic/request-text.js'
import type { OpenSubject } from '../models/open-model.js'
import type { Row } from '../models/types.js'
import { usePage } from '../parts/context.js'

const FORMS = [['curl', writeCurl], ['axios', writeAxios]] as const

export function RequestText({ subject, row }: { readonly subject: OpenSubject, readonly row: Row }) {
  const { texts, base } = usePage()
  const [form, setForm] = useState(0)
  const [route, setRoute] = useState(0)
  const routes = subject.models.map(({ name, route }) => subject.models.length > 1 && route !== undefined ? route : `models/${name}/predict`)
  const [name, write] = FORMS[form]
  const text = write(new URL(routes[route] ?? routes[0], base).href, dropMissing(row))
  return (
    <section class="card" aria-labelledby="request">
      <div class="heading">
        <h2 id="request">{texts.request}</h2>
        {routes.length > 1 && (
          <select aria-label={texts.request} value={String(route)} onChange={event => setRoute(Number(event.currentTarget.value))}>
            {routes.map((path, i) => <option key={path} value={String(i)}>/{path}</option>)}
          </select>
        )}
        <div class="segments" role="radiogroup" aria-label={texts.request}>
          {FORMS.map(([label], i) => (
            <label key={label} class="segment">
              <input type="radio" name="form" checked={i === form} onChange={() => setForm(i)} />
              <span>{label}</span>
            </label>
          ))}
        </div>
        <CopyButton text={text} />
      </div>
      <pre class="scroll" role="region" tabIndex={0} aria-label={name}><code>{text}</code></pre>
    </section>
  )
}

/** Copies a text. Where the browser lends no clipboard, as without TLS, it is selected to be copied by hand. */
export function CopyButton({ text, label }: { readonly text: string, readonly label?: string }) {
  const { texts } = usePage()
  const [copied, setCopied] = useState<string>()
  const copy = async () => {
    await copyText(text)
    setCopied(text)
  }
  return (
    <button type="button" onClick={() => void copy()}>
      <span role="status">{copied === text ? texts.copied : label ?? texts.copy}</span>
    </button>
  )
}

async function copyText(text: string): Promise<void> {
  // Absent outside of secure contexts, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard !== undefined) return clipboard.writeText(text)
  const box = document.createElement('textarea')
  box.value = text
  document.body.append(box)
  box.select()
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without TLS
  document.execCommand('copy')
  box.remove()
}
