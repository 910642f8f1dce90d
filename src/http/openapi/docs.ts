/** The app behind `/openapi.json` and `/docs`. Nothing of it is loaded before one of them is asked for. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { fastify, type FastifyInstance } from 'fastify'
import { PACKAGE_VERSION, type Config } from '../../config.js'
import type { Collected, Tag } from './openapi.js'
import { finishDocument, type OpenApiDocument } from './finish-document.js'
import { UNCHECKED } from '../shared/unchecked.js'

/** Files of Swagger UI, where they are not in its package: a bundle has them beside itself. */
const BUNDLED_PAGE = join(import.meta.dirname, 'static')

const DESCRIPTION = `Random forests from scikit-learn, answered with scikit-learn's own bits.

A field that is missing or null, or a category that the model does not know, counts as the model's fallback. The answer
then lists it in \`defaulted\`. A value of a wrong type or out of range is a 400 that names every offending field;
nothing is coerced. Keys that the model does not know are ignored.`

/** Of what every service has. */
const TAGS: readonly Tag[] = [
  { name: 'models', description: 'Every model that is loaded: what it takes, what it answers, and its answers.' },
  { name: 'open inference', description: 'Open Inference Protocol V2: every model, for clients that speak it.' },
  { name: 'operations', description: 'For those who run the service.' }
]

/**
 * An app that has the same routes as the service, none of which answers, and Swagger UI. Its `swagger()` is the
 * document. The page's paths are relative, so that a proxy may add a prefix.
 * @param collected of the service, which is ready
 */
export async function buildDocs({ routes, scopes, tags }: Collected, config: Config): Promise<FastifyInstance> {
  const schemas = new Map([...scopes].flatMap(scope => Object.entries(scope.getSchemas())))
  const docs = fastify({ exposeHeadRoutes: false, routerOptions: { ignoreDuplicateSlashes: true } })
  for (const schema of schemas.values()) docs.addSchema(schema)
  await addSwagger(docs, config, collectExamples(schemas), [...tags, ...TAGS])
  for (const { method, url, schema, config: routeConfig } of routes) {
    docs.route({
      method,
      url,
      ...(schema !== undefined && { schema }),
      ...(routeConfig !== undefined && { config: routeConfig }),
      ...UNCHECKED,
      serializerCompiler: () => JSON.stringify,
      handler: (_request, reply) => {
        reply.callNotFound()
      }
    })
  }
  await addSwaggerUi(docs, config)
  await docs.ready()
  return docs
}

async function addSwagger(
  docs: FastifyInstance, config: Config, examples: ReadonlyMap<string, unknown>, tags: Tag[]
): Promise<void> {
  await docs.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'recall-ml',
        description: DESCRIPTION,
        version: PACKAGE_VERSION,
        contact: { name: 'recall-ml' },
        license: { name: 'MIT', identifier: 'MIT' }
      },
      servers: [{ url: config.pathPrefix === '' ? '/' : config.pathPrefix }],
      tags,
      security: []
    },
    // Otherwise a prefix such as /re would be cut off /recommend.
    stripBasePath: false,
    transform: ({ schema, url, route }) => {
      const response = schema?.response as object | undefined
      const errors = route.config?.errors
      return { schema: { ...schema, ...((response ?? errors) && { response: { ...response, ...errors } }) }, url }
    },
    transformObject: document => {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { openapiObject } = document
      for (const [id, schema] of Object.entries(openapiObject.components?.schemas ?? {})) {
        if (examples.has(id)) Object.assign(schema, { examples: examples.get(id) })
      }
      return finishDocument(openapiObject as OpenApiDocument)
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => (json.$id as string | undefined) ?? `def-${i}` }
  })
}

/**
 * The examples of schemas as they were written, by the schema's id. The collector of routes takes them for schemas, and
 * changes rows of data that have a column such as `items` or `const`.
 */
function collectExamples(schemas: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  const examples = new Map<string, unknown>()
  for (const [id, schema] of schemas) {
    if (typeof schema === 'object' && schema !== null && 'examples' in schema) examples.set(id, schema.examples)
  }
  return examples
}

async function addSwaggerUi(docs: FastifyInstance, config: Config): Promise<void> {
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: config.pathPrefix,
    ...(existsSync(BUNDLED_PAGE) && { baseDir: BUNDLED_PAGE }),
    theme: { title: 'recall-ml' },
    // Without the top bar: it shows another project's logo.
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      tryItOutEnabled: true,
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0
    },
    uiHooks: {
      // Without the slash at the end the page's relative links would point one level too high.
      onRequest: (request, reply, done) => {
        if (request.url.split('?', 1)[0] === '/docs') void reply.redirect('docs/')
        else done()
      },
      preHandler: (_request, _reply, done) => done()
    }
  })
}
