/** The page as a whole: its head, its tabs, and the state that its address keeps. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { readAddress, TABS, writeAddress, type Tab } from './logic/address.js'
import { createFormat, type Language } from './logic/format.js'
import { FIRST_DEPTH, completeRow, readRows, toAddress, type State } from './logic/state.js'
import type { OpenSubject } from './models/open-model.js'
import type { Row } from './models/types.js'
import { PageProvider, type PageContext } from './parts/context.js'
import { CopyButton } from './tabs/request.js'
import { FileTab } from './tabs/file.js'
import { ModelsTab } from './tabs/models.js'
import { fieldsOf, TryTab } from './tabs/try.js'
import { en } from './texts/en.js'
import { id } from './texts/id.js'

const TEXTS = { en, id }

/** Names of the languages, each in its own. */
const LANGUAGES: ReadonlyArray<readonly [Language, string]> = [['en', 'English'], ['id', 'Bahasa Indonesia']]

/** After a change the address waits until it rests: browsers refuse to write it too often. */
const ADDRESS_MS = 300

/** The language that the browser asks for, of those that there are. */
export const askedLanguage = (): Language => navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en'

type AppProps = Omit<PageContext, 'texts' | 'format'> & { readonly first: OpenSubject }

/** What is shown first, from the address. */
function readState(subject: OpenSubject): State {
  const address = readAddress(location.hash)
  const { tab, about, field, model, tree = 0, depth = FIRST_DEPTH, active, language = askedLanguage() } = address
  const rows = readRows(address, fieldsOf(subject), subject.samples)
  return { tab, language, subject: subject.id, rows, active: Math.min(active, rows.length - 1), about, field, model, tree, depth }
}

export function App({ first, ...page }: AppProps) {
  const [subject, setSubject] = useState(first)
  const [state, setState] = useState(() => readState(first))
  const [failure, setFailure] = useState<string>()
  const { language, tab } = state
  const texts = TEXTS[language]
  const context = useMemo(() => ({ ...page, texts, format: createFormat(language) }), [language])

  const open = async (id: string, next: (subject: OpenSubject) => State) => {
    try {
      const opened = await page.models.openSubject(id)
      setFailure(undefined)
      setSubject(opened)
      setState(next(opened))
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    }
  }
  const change = (changed: Partial<State>) => {
    if (changed.subject === undefined || changed.subject === subject.id) {
      setState(old => ({ ...old, ...changed }))
      return
    }
    void open(changed.subject, opened => {
      const rows = [completeRow(fieldsOf(opened), opened.samples[0] ?? {})]
      return { ...state, ...changed, rows, active: 0, about: undefined, field: undefined }
    })
  }
  const tryRow = (row: Row) => {
    change({ tab: 'try', rows: [completeRow(fieldsOf(subject), row)], active: 0 })
    scrollTo(0, 0)
  }

  useEffect(() => {
    document.documentElement.lang = language
    document.title = `${texts.title} · recall-ml`
  }, [language])
  const written = writeAddress(toAddress(state, language !== askedLanguage()))
  useEffect(() => {
    const timer = setTimeout(() => history.replaceState(null, '', `#${written}`), ADDRESS_MS)
    return () => clearTimeout(timer)
  }, [written])
  useEffect(() => {
    // Somebody has edited the address, or followed a link to here.
    const onHashChange = () => void open(readAddress(location.hash).subject ?? subject.id, readState)
    addEventListener('hashchange', onHashChange)
    return () => removeEventListener('hashchange', onHashChange)
  }, [subject])

  const link = new URL(`#${written}`, location.href).href
  return (
    <PageProvider value={context}>
      <a class="skip" href="#content" onClick={event => {
        event.preventDefault()
        document.querySelector<HTMLElement>('#content')?.focus()
      }}>{texts.skip}</a>
      <header>
        <div class="wide">
          <h1>recall-ml <span class="version">{page.settings.version}</span></h1>
          <TabList tab={tab} onChange={tab => change({ tab })} labels={texts.tabs} />
          <div class="tools">
            <a href="docs/">{texts.api}</a>
            <select aria-label={texts.language} value={language} onChange={event => change({ language: event.currentTarget.value as Language })}>
              {LANGUAGES.map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
            </select>
          </div>
        </div>
      </header>
      <main id="content" class="wide" tabIndex={-1}>
        {failure !== undefined && <p class="card bad" role="alert">{texts.failed(failure)}</p>}
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'try' && <TryTab key={subject.id} subject={subject} state={state} change={change} />}
          {tab === 'file' && <FileTab key={subject.id} subject={subject} tryRow={tryRow} />}
          {tab === 'models' && <ModelsTab state={state} row={state.rows[state.active]} change={change} />}
        </div>
        {tab === 'try' && <p class="footer"><CopyButton text={link} label={texts.link} /></p>}
      </main>
    </PageProvider>
  )
}

interface TabListProps {
  readonly tab: Tab
  readonly labels: Readonly<Record<Tab, string>>
  readonly onChange: (tab: Tab) => void
}

function TabList({ tab, labels, onChange }: TabListProps) {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const place = TABS.indexOf(tab)
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: TABS.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = TABS[(to + TABS.length) % TABS.length]
    onChange(next)
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus()
  }
  return (
    <div ref={list} class="tabs" role="tablist" onKeyDown={onKeyDown}>
      {TABS.map(name => (
        <button
          key={name} id={`tab-${name}`} type="button" role="tab" aria-selected={name === tab} aria-controls="panel"
          tabIndex={name === tab ? 0 : -1} onClick={() => onChange(name)}
        >
          {labels[name]}
        </button>
      ))}
    </div>
  )
}
