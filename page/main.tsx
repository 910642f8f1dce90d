/** Begins the page: asks the service which models there are, opens those that are tried first, and shows all. */
import { options, render } from 'preact'
import { App, askedLanguage } from './app.js'
import { readAddress } from './logic/address.js'
import { createService } from './models/ask-service.js'
import { createModels } from './models/open-model.js'
import { WorkerClient } from './models/worker-client.js'
import { en } from './texts/en.js'
import { id } from './texts/id.js'

/** Where the build puts the worker, relative to the page. */
declare const WORKER_PATH: string

// Whatever changes within a frame is drawn once.
options.debounceRendering = requestAnimationFrame

async function start(root: HTMLElement): Promise<void> {
  const base = new URL('.', location.href).href
  const texts = askedLanguage() === 'id' ? id : en
  const service = createService(base)
  try {
    const settings = await service.settings()
    const models = createModels(settings, service)
    const { subject } = readAddress(location.hash)
    const [first] = models.subjects
    if (first === undefined) throw new Error(texts.noModels)
    const opened = await models.openSubject(subject !== undefined && models.subjects.includes(subject) ? subject : first)
    const local = settings.models.filter(model => model.local).map(({ name }) => name)
    const openWorker = () => new WorkerClient(new URL(WORKER_PATH, base), { base, local })
    root.replaceChildren()
    render(<App settings={settings} models={models} worker={openWorker()} openWorker={openWorker} base={base} first={opened} />, root)
  } catch (error) {
    root.textContent = texts.failed(error instanceof Error ? error.message : String(error))
  }
}

const root = document.querySelector<HTMLElement>('#root')
if (root !== null) void start(root)
