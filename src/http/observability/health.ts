/** Probes: is the process alive, and can it answer for every model. */
import { basename, dirname, sep } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { ModelEntry } from '../../model/types.js'

const LiveSchema = Type.Object({ status: Type.Literal('success') }, { description: 'The process runs.' })

/** Whether a model is served, and why not. */
export const ModelStateSchema = Type.Object({
  name: Type.String(),
  loaded: Type.Boolean(),
  file: Type.String({ description: 'Name of the dump.' }),
  reason: Type.Optional(Type.String({ description: 'Why it is not loaded.' }))
})

const ReadySchema = Type.Object(
  { status: Type.Literal('success'), models: Type.Array(ModelStateSchema) },
  { description: 'Every model is loaded.' }
)

const NotReadySchema = Type.Object(
  { status: Type.Literal('error'), message: Type.String(), models: Type.Array(ModelStateSchema) },
  { description: 'A model is not loaded, or the service is stopping.' }
)

/**
 * Adds `GET /health/live` and `GET /health/ready`.
 * @param isClosing whether the service is on its way out: then it is not ready, so that no more work is sent to it
 */
export function addHealthRoutes(app: FastifyInstance, entries: readonly ModelEntry[], isClosing: () => boolean): void {
  const models = entries.map(describeEntry)
  // To compile serialisers for so little would hold up the start.
  const options = { config: { quiet: true }, serializerCompiler: () => JSON.stringify }
  const tags = ['operations']

  app.get('/health/live', {
    ...options,
    schema: { tags, operationId: 'live', summary: 'Whether the process runs',
      description: 'For the probe that restarts a process that hangs.', response: { 200: LiveSchema } }
  }, () => ({ status: 'success' as const }))

  app.get('/health/ready', {
    ...options,
    schema: {
      tags, operationId: 'ready', summary: 'Whether every model is loaded',
      description: 'For the probe that says where requests are sent: not to a process that is stopping or lacks a model.',
      response: { 200: ReadySchema, 503: NotReadySchema }
    }
  }, (_request, reply) => {
    const missing = models.filter(model => !model.loaded).map(model => model.name)
    const answerUnready = (message: string) => void reply.code(503).send({ status: 'error', message, models })
    if (isClosing()) answerUnready('The service is stopping')
    else if (missing.length > 0) answerUnready(`Not loaded: ${missing.join(', ')}`)
    else void reply.code(200).send({ status: 'success', models })
  })
}

/** The state of a model, in words that may be shown outside. */
export function describeEntry(entry: ModelEntry): Static<typeof ModelStateSchema> {
  const file = basename(entry.path)
  if (entry.model !== undefined) return { name: entry.name, loaded: true, file }
  return { name: entry.name, loaded: false, file, reason: hideFolders(entry.reason, entry.path) }
}

/** The folders of an absolute path, up to its last name. A name right under the root may be a route. */
const FOLDERS = /(^|[\s'"(])(?:[A-Za-z]:)?(?:[\\/][^\s\\/'"]+)+[\\/](?=[^\s\\/'"])/g

/** Folders are nobody's business outside; file names help. */
function hideFolders(reason: string, path: string): string {
  return reason.replaceAll(dirname(path) + sep, '').replace(FOLDERS, '$1')
}
