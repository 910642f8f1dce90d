/** What the peers that serve are given: schemas and answers of the service, parts of its models, requests. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVERS } from './cases.js'
import { makeCustomers } from './customers.js'
import type { Forest, Models } from './forests.js'
import { CACHE } from './paths.js'
import { freePort, startServer } from './processes.js'
import type { Recorder, Settings } from './types.js'

export type RouteName = 'recommend' | 'predict'
export const ROUTES: readonly RouteName[] = ['recommend', 'predict']

export interface Served {
  readonly folder: string
  readonly models: Models
  /** Files of requests, one a line; the same customers for every peer. */
  readonly bodies: Readonly<Record<RouteName, { readonly json: string, readonly v2: string }>>
  /** The service's answer to the first request of each route. */
  readonly answers: Readonly<Record<RouteName, Record<string, unknown>>>
}

/** Requests that a load goes through, over and over. */
const BODIES = 500

/** Asks the service itself, and leaves files for the peers in the cache. */
export async function prepareServed(
  models: Models, forests: readonly Forest[], settings: Settings, recorder: Recorder
): Promise<Served> {
  const folder = join(CACHE, 'served', models.name)
  mkdirSync(folder, { recursive: true })
  const customers = makeCustomers(BODIES)
  const lines = customers.map(customer => JSON.stringify(customer))
  const port = await freePort()
  const server = startServer(SERVERS[0].command({
    root: settings.root, program: process.execPath, port, processes: 1, pickles: '', dumps: models.dumps, served: folder
  }))
  try {
    const url = `http://127.0.0.1:${port}`
    await until(async () => (await fetch(`${url}/health/ready`)).ok, () => server.ended() ? server.complaints() : undefined)
    const document = await (await fetch(`${url}/openapi.json`)).json() as OpenApi
    const answers = {} as Record<RouteName, Record<string, unknown>>
    const routes = []
    for (const route of ROUTES) {
      const path = `/${route}`
      const answer = await (await post(url + path, lines[0])).json() as Record<string, unknown>
      answers[route] = answer
      const { requestBody, responses } = document.paths[path].post
      const schema = (content: Content) => resolveReferences(content.content['application/json'].schema, document)
      routes.push({ path, body: schema(requestBody), response: schema(responses['200']), answer })
    }
    writeFileSync(join(folder, 'routes.json'), JSON.stringify(routes))
    const bodies = {
      recommend: writeBodies(folder, 'recommend', lines, forests[0]),
      predict: writeBodies(folder, 'predict', lines, forests[1])
    }
    await writeParts(folder, models, forests, recorder)
    return { folder, models, bodies, answers }
  } finally {
    await server.stop()
  }
}

/** @throws Error when the time is up, or at once when `failed` says why it never will */
export async function until(
  isTrue: () => Promise<boolean>, failed: () => string | undefined, { everyMs = 20, timeoutMs = 60_000 } = {}
): Promise<void> {
  for (const end = performance.now() + timeoutMs; ;) {
    try {
      if (await isTrue()) return
    } catch {
      // Not listening yet.
    }
    const reason = failed()
    if (reason !== undefined) throw new Error(`it ended: ${reason.split('\n').at(-1)}`)
    if (performance.now() > end) throw new Error(`no right answer within ${timeoutMs / 1000} s`)
    await sleep(everyMs)
  }
}

export function post(url: string, body: string): Promise<Response> {
  return fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(30_000)
  })
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: object } }
}

interface Operation {
  readonly requestBody: Content
  readonly responses: Readonly<Record<string, Content>>
}

interface OpenApi {
  readonly paths: Record<string, { readonly post: Operation }>
}

/** The schema alone: references replaced, and what is for readers only left out. */
function resolveReferences(schema: object, document: OpenApi): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (['examples', 'example', 'description', 'title'].includes(key) && typeof value !== 'object') return undefined
    if (key === 'examples' && Array.isArray(value)) return undefined
    if (typeof value !== 'object' || value === null || !('$ref' in value)) return value
    const path = String(value.$ref).slice(2).split('/')
    const target = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document)
    return resolveReferences(target as object, document)
  }) as object
}

function writeBodies(folder: string, route: RouteName, lines: string[], forest: Forest): { json: string, v2: string } {
  const json = join(folder, `${route}.ndjson`)
  const v2 = join(folder, `${route}.v2.ndjson`)
  writeFileSync(json, lines.join('\n'))
  const bytes = readFileSync(join(forest.folder, 'rows.f64'))
  const rows = new Float64Array(bytes.buffer, bytes.byteOffset, lines.length * forest.nFeatures)
  writeFileSync(v2, lines.map((_, i) => JSON.stringify({
    inputs: [{
      name: 'predict', shape: [1, forest.nFeatures], datatype: 'FP64',
      data: [...rows.subarray(i * forest.nFeatures, (i + 1) * forest.nFeatures)]
    }],
    outputs: [{ name: 'predict_proba' }]
  })).join('\n'))
  return { json, v2 }
}

/** For FastAPI what stands before the forest, for MLServer a folder of models. */
async function writeParts(
  folder: string, models: Models, forests: readonly Forest[], recorder: Recorder
): Promise<void> {
  for (const [i, name] of ['recommend', 'churn'].entries()) {
    const dump = JSON.parse(readFileSync(join(models.dumps, `${name}.json`), 'utf8')) as Parts
    const scaling = dump.steps.find(({ op }) => op === 'scale')
    const input = (wanted: string) => dump.inputs.find(({ name: found }) => found === wanted)
    try {
      writeFileSync(join(folder, `${name}.parts.json`), JSON.stringify({
        columns: dump.model.features,
        classes: dump.outputs[0].classes,
        mean: scaling?.mean,
        scale: scaling?.scale,
        plans: input('plan_type')?.categories,
        brands: input('device_brand')?.categories,
        missingPlan: input('plan_type')?.fallback?.missing,
        onnx: await forests[i].form('onnx')
      }))
      const model = join(folder, 'mlserver', name)
      mkdirSync(model, { recursive: true })
      copyFileSync(await forests[i].form('sklearn'), join(model, 'model.joblib'))
      writeFileSync(join(model, 'model-settings.json'), JSON.stringify({
        name, implementation: 'mlserver_sklearn.SKLearnModel', parameters: { uri: './model.joblib' }
      }))
    } catch (error) {
      recorder.note(`FastAPI, MLServer: ${(error as Error).message}`)
    }
  }
}

/** The part of a dump that is read here. */
interface Parts {
  readonly inputs: ReadonlyArray<{
    readonly name: string
    readonly categories?: string[]
    readonly fallback?: { readonly missing?: unknown }
  }>
  readonly steps: ReadonlyArray<{ readonly op: string, readonly mean?: number[], readonly scale?: number[] }>
  readonly outputs: ReadonlyArray<{ readonly classes?: unknown[] }>
  readonly model: { readonly features: string[] }
}
