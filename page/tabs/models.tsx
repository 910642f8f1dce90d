/** The tab about models: one at a time. */
import { useEffect, useState } from 'preact/hooks'
import { Bars } from '../charts/bars.js'
import { describeMissing, describeRange, labelOf } from '../logic/describe-input.js'
import { FIRST_DEPTH, type State } from '../logic/state.js'
import type { Proof } from '../models/protocol.js'
import type { ModelInfo, Row } from '../logic/types.js'
import { usePage } from '../parts/context.js'
import { useThought } from '../parts/hooks.js'
import { Trees } from './trees.js'

interface ModelsProps {
  readonly state: State
  /** A row whose way through the trees is lit. */
  readonly row: Row
  readonly change: (changed: Partial<State>) => void
}

export function ModelsTab({ state, row, change }: ModelsProps) {
  const { texts, settings: { models }, models: { ask } } = usePage()
  const { name, local } = models.find(model => model.name === state.model) ?? models[0]
  const { value: info, error } = useThought(name, async () => ask(name))
  return (
    <div class="models">
      {models.length > 1 && (
        <section class="card">
          <div class="field narrow">
            <label for="model">{texts.modelTitle}</label>
            <select
              id="model" value={name}
              onChange={event => change({ model: event.currentTarget.value, tree: 0, depth: FIRST_DEPTH })}
            >
              {models.map(model => <option key={model.name} value={model.name}>{model.name}</option>)}
            </select>
          </div>
        </section>
      )}
      {error !== undefined && <p role="alert">{texts.failed(error)}</p>}
      {info?.name === name && (
        <>
          <div class="columns">
            <Provenance info={info} />
            <div class="stack">
              <ProofCard key={name} name={name} local={local} />
              <Importances info={info} />
            </div>
          </div>
          <Inputs info={info} />
          {local && <Trees key={name} info={info} row={row} state={state} change={change} />}
        </>
      )}
    </div>
  )
}

function Provenance({ info }: { readonly info: ModelInfo }) {
  const { texts, format } = usePage()
  const { provenance: { estimator, recipe, converter, sklearnVersion, sources, golden, quality } } = info
  const facts = [
    [texts.estimator, estimator],
    [texts.size, texts.sizeText(format.count(info.nTrees), format.count(info.nNodes), format.bytes(info.bytes))],
    [texts.trainedWith, sklearnVersion], [texts.recipe, recipe], [texts.converter, converter], [texts.goldenBy, golden]
  ]
  return (
    <section class="card" aria-labelledby="provenance">
      <h2 id="provenance">{info.description ?? info.name}</h2>
      <p class="lead">{texts.task[info.task]}</p>
      <dl>
        {facts.map(([term, fact]) => fact !== undefined && <div key={term}><dt>{term}</dt><dd>{fact}</dd></div>)}
        {sources.map(({ file, bytes, sha256 }) => (
          <div key={sha256}>
            <dt>{texts.file}</dt>
            <dd>{file}, {format.bytes(bytes)}<code class="digest">{sha256}</code></dd>
          </div>
        ))}
      </dl>
      {quality !== undefined && (
        <>
          <h3>{texts.quality}</h3>
          <dl class="compact">
            {Object.entries(quality).map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? <code class="digest">{value}</code> : format.value(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

function ProofCard({ name, local }: { readonly name: string, readonly local: boolean }) {
  const { texts, format, worker } = usePage()
  const [isRunning, setRunning] = useState(false)
  const [proof, setProof] = useState<Proof>()
  const [error, setError] = useState<string>()
  useEffect(() => {
    if (!isRunning) return
    worker.ask('prove', { model: name })
      .then(setProof, (reason: unknown) => setError(String(reason)))
      .finally(() => setRunning(false))
  }, [isRunning, name, worker])
  return (
    <section class="card" aria-labelledby="proof">
      <h2 id="proof">{texts.proof}</h2>
      <p class="lead">{texts.proofText}</p>
      {local
        ? <button type="button" class="primary" disabled={isRunning} onClick={() => setRunning(true)}>{isRunning ? texts.proving : texts.prove}</button>
        : <p>{texts.onlyLocal}</p>}
      <p role="status">
        {proof !== undefined && !isRunning && (proof.problem === undefined
          ? <span class="good">{texts.proven(format.count(proof.rows), format.count(proof.ms))}</span>
          : <span class="bad">{texts.disproven(proof.problem)}</span>)}
        {error}
      </p>
    </section>
  )
}

function Importances({ info: { featureImportances, inputs } }: { readonly info: ModelInfo }) {
  const { texts, format } = usePage()
  const descriptions = new Map(inputs.map(({ name, description }) => [name, description]))
  const ranked = [...featureImportances ?? []].sort((a, b) => b.importance - a.importance).slice(0, 20)
  return (
    <section class="card" aria-labelledby="importances">
      <h2 id="importances">{texts.importances}</h2>
      {ranked.length === 0 ? <p>{texts.noImportances}</p> : (
        <>
          <p class="lead">{texts.importancesText}</p>
          <Bars
            caption={texts.importances} header={texts.feature} series={[texts.importance]} show={format.percent}
            bars={ranked.map(({ feature, importance }) =>
              ({ label: labelOf(texts, feature, descriptions.get(feature)), values: [importance] }))}
          />
        </>
      )}
    </section>
  )
}

function Inputs({ info: { inputs } }: { readonly info: ModelInfo }) {
  const { texts, format } = usePage()
  return (
    <section class="card" aria-labelledby="model-inputs">
      <h2 id="model-inputs">{texts.inputsTitle}</h2>
      <div class="scroll" role="region" aria-label={texts.tableOf(texts.inputsTitle)} tabIndex={0}>
        <table class="plain">
          <thead>
            <tr>
              {[texts.field, texts.type, texts.range, texts.whenMissing, texts.used].map(title => <th key={title} scope="col">{title}</th>)}
            </tr>
          </thead>
          <tbody>
            {inputs.map(input => (
              <tr key={input.name}>
                <th scope="row"><code>{input.name}</code></th>
                <td>{texts.types[input.type]}</td>
                <td>{describeRange(input, texts, format.number)}</td>
                <td>{describeMissing(input, texts, format.value)}</td>
                <td>{input.used ? texts.yes : texts.no}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
