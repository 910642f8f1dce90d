/** The OpenAPI document at `/openapi.json` and Swagger UI at `/docs`. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { PACKAGE_VERSION, type Config } from '../config.js'

const DESCRIPTION = `Random forests from scikit-learn, answered with scikit-learn's own bits.

A field that is missing or null, or a category that the model does not know, counts as the model's fallback. The answer
then lists it in \`defaulted\`. A value of a wrong type or out of range is a 400 that names every offending field;
nothing is coerced. Keys that the model does not know are ignored.`

const TAGS = [
  { name: 'recommendation', description: 'Which offer suits a customer.' },
  { name: 'churn', description: 'How likely a customer is to leave.' },
  { name: 'models', description: 'Every model that is loaded: what it takes, what it answers, and its answers.' },
  { name: 'open inference', description: 'Open Inference Protocol V2: every model, for clients that speak it.' },
  { name: 'operations', description: 'For those who run the service.' }
]

/** Answers of a route, by status, mostly of errors, as the OpenAPI document has them. */
export type RouteErrors = Readonly<Record<number, object>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * For the document only. In the route's schema each would be compiled to a serialiser at start, one an answer and a
     * route, for answers that are rare and small.
     */
    errors?: RouteErrors
  }
}

/** Registers the collector of routes: only routes that are added after it are in the document. */
export async function collectOpenApi(app: FastifyInstance, config: Config): Promise<void> {
  const examples = collectExamples(app)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'recall-ml',
        description: DESCRIPTION,
        version: PACKAGE_VERSION,
        license: { name: 'MIT', identifier: 'MIT' }
      },
      servers: [{ url: config.pathPrefix === '' ? '/' : config.pathPrefix }],
      tags: TAGS
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
      return openapiObject
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => (json.$id as string | undefined) ?? `def-${i}` }
  })
}

/**
 * The examples of schemas as they were written, by the schema's id, filled as routes are added. The collector of
 * routes takes them for schemas, and changes rows of data that have a column such as `items` or `const`.
 */
function collectExamples(app: FastifyInstance): ReadonlyMap<string, unknown> {
  const examples = new Map<string, unknown>()
  app.addHook('onRoute', function collect() {
    for (const [id, schema] of Object.entries(this.getSchemas())) {
      if (typeof schema === 'object' && schema !== null && 'examples' in schema) examples.set(id, schema.examples)
    }
  })
  return examples
}

/** Adds `GET /openapi.json` and Swagger UI. Their paths are relative to the page, so that a proxy may add a prefix. */
export async function serveOpenApi(app: FastifyInstance, config: Config): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true }, config: { quiet: true } }, () => app.swagger())

  await app.register(async docs => {
    docs.addHook('onRoute', route => {
      route.config = { ...route.config, quiet: true }
    })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      indexPrefix: config.pathPrefix,
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
  })
}
