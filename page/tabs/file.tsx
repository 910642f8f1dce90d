/** The tab for a file: scored in the browser, and what the answers are like. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Bars } from '../charts/bars.js'
import { HistogramChart } from '../charts/histogram.js'
import { formatLine } from '../logic/csv.js'
import { primaryOf } from '../logic/primary.js'
import { categorize } from '../logic/read-answer.js'
import type { FileScores } from '../logic/score-file.js'
import type { OpenSubject } from '../models/open-model.js'
import type { Row } from '../models/types.js'
import type { WorkerClient } from '../models/worker-client.js'
import { usePage } from '../parts/context.js'
import { Worst } from './worst.js'

interface FileProps {
  readonly subject: OpenSubject
  /** Shows a row on the first tab. */
  readonly tryRow: (row: Row) => void
}

type Run =
  | { readonly state: 'none' }
  | { readonly state: 'running', readonly rows: number }
  | { readonly state: 'failed', readonly reason: string }
  | { readonly state: 'done', readonly name: string, readonly scores: FileScores }

export function FileTab({ subject, tryRow }: FileProps) {
  const { texts, format, openWorker, settings: { risk: limits } } = usePage()
  const [run, setRun] = useState<Run>({ state: 'none' })
  const [isOver, setOver] = useState(false)
  const worker = useRef<WorkerClient | undefined>(undefined)
  useEffect(() => () => worker.current?.stop(), [])
  const score = async (file: Blob, name: string) => {
    worker.current?.stop()
    const own = openWorker()
    worker.current = own
    setRun({ state: 'running', rows: 0 })
    // Functions cannot be sent to a worker.
    const sent = { id: subject.id, models: subject.models, offers: subject.offers, risk: subject.risk }
    const plain = JSON.parse(JSON.stringify(sent)) as typeof sent
    try {
      const scores = await own.ask('score', { file, subject: plain, limits }, rows => setRun({ state: 'running', rows }))
      setRun({ state: 'done', name, scores })
    } catch (error) {
      if (worker.current === own) setRun({ state: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
    own.stop()
  }
  const cancel = () => {
    worker.current?.stop()
    worker.current = undefined
    setRun({ state: 'none' })
  }
  const scoreSamples = () => {
    const names = subject.models.flatMap(({ info }) => info.inputs.map(({ name }) => name))
    const header = [...new Set(names)]
    const lines = subject.samples.map(row => formatLine(header.map(name => row[name] === null || row[name] === undefined ? '' : String(row[name])), ','))
    return score(new Blob([formatLine(header, ','), ...lines]), 'samples.csv')
  }
  return (
    <div class="file">
      <section
        class={`card drop${isOver ? ' over' : ''}`} aria-labelledby="file-title"
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault()
          setOver(false)
          const file = event.dataTransfer?.files[0]
          if (file !== undefined) void score(file, file.name)
        }}
      >
        <h2 id="file-title">{texts.fileTitle}</h2>
        <p class="lead">{subject.models.every(({ local }) => local) ? texts.fileText : texts.fileTextRemote}</p>
        <div class="heading">
          <label class="button primary">
            {texts.choose}
            <input
              type="file" class="hidden" accept=".csv,.tsv,.txt,text/csv"
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0]
                if (file !== undefined) void score(file, file.name)
                currentTarget.value = ''
              }}
            />
          </label>
          <span class="note">{texts.drop}</span>
          <button type="button" onClick={() => void scoreSamples()}>{texts.exampleFile}</button>
          {run.state === 'running' && <button type="button" onClick={cancel}>{texts.cancel}</button>}
        </div>
        <p role="status">
          {run.state === 'running' && texts.scoring(format.count(run.rows))}
          {run.state === 'failed' && <span class="bad">{describeFailure(run.reason, texts)}</span>}
          {run.state === 'done' && `${run.name}: ${texts.scored(format.count(run.scores.rows))}`}
        </p>
      </section>
      {run.state === 'done' && <Results name={run.name} scores={run.scores} subject={subject} tryRow={tryRow} />}
    </div>
  )
}

/** The reason of a FileError, which a worker tells as text: a word, and names after it. */
function describeFailure(reason: string, { fileErrors, failed }: ReturnType<typeof usePage>['texts']): string {
  const [word, ...names] = reason.split(' ')
  if (word === 'columns') return fileErrors.columns(names.join(', '))
  return word === 'encoding' || word === 'empty' ? fileErrors[word] : failed(reason)
}

interface ResultsProps extends FileProps {
  readonly name: string
  readonly scores: FileScores
}

function Results({ name, scores, subject, tryRow }: ResultsProps) {
  const { texts, format, settings: { risk: limits } } = usePage()
  const { histogram, categories, classes, rejected, rejects, defaulted, absent } = scores
  const { kind } = primaryOf(subject)
  const isShare = kind !== 'value' && kind !== 'decision'
  const title = kind === 'risk' ? texts.distribution.risk : texts.distribution.other
  const notes = [
    ...absent.length > 0 ? [texts.absent(absent.join(', '))] : [],
    ...defaulted > 0 ? [texts.defaultedRows(format.count(defaulted))] : []
  ]
  return (
    <>
      <section class="card" aria-labelledby="distribution">
        <div class="heading">
          <h2 id="distribution">{title}</h2>
          <DownloadButton blob={scores.output} name={name.replace(/(\.[a-z]+)?$/i, '.scored.csv')} />
        </div>
        {notes.map(note => <p key={note} class="note">{note}</p>)}
        {histogram !== undefined && (
          <HistogramChart
            label={title} histogram={histogram} isShare={isShare}
            colour={middle => kind === 'risk' ? categorize(middle, limits).toLowerCase() : 'series-0'}
          />
        )}
      </section>
      <div class="columns">
        {categories !== undefined && (
          <section class="card" aria-labelledby="categories">
            <h2 id="categories">{texts.categoryCounts}</h2>
            <Bars
              caption={texts.categoryCounts} header={texts.categoryCounts} series={[texts.rowsAxis]} show={format.count}
              bars={(['HIGH', 'MEDIUM', 'LOW'] as const).map(name => ({ label: texts.categories[name], values: [categories[name]] }))}
            />
          </section>
        )}
        {classes.length > 0 && (
          <section class="card" aria-labelledby="classes">
            <h2 id="classes">{subject.offers === undefined ? texts.classCounts : texts.offerCounts}</h2>
            <Bars
              caption={texts.classCounts} header={texts.class} series={[texts.rowsAxis]} show={format.count}
              bars={classes.slice(0, 20).map(({ label, count }) => ({ label, values: [count] }))}
            />
          </section>
        )}
      </div>
      <Worst rows={scores.worst} subject={subject} tryRow={tryRow} />
      {rejected > 0 && (
        <section class="card" aria-labelledby="rejected">
          <h2 id="rejected">{texts.rejected(format.count(rejected))}</h2>
          <ul>
            {rejects.map(({ number, problems }) => (
              <li key={number}>
                {texts.rejectedRow(format.count(number))}: {problems.map(({ field, expected, received }) =>
                  `${field}: ${texts.expectedReceived(expected, received)}`).join('; ')}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function DownloadButton({ blob, name }: { readonly blob: Blob, readonly name: string }) {
  const { texts } = usePage()
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return url === undefined ? null : <a class="button" href={url} download={name}>{texts.download}</a>
}
