/** `/openapi.json` and Swagger UI at `/docs`, which are made when they are first asked for. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Config } from '../../config.js'
import { oneOf, readQuery } from '../shared/query.js'
import type { OpenApiDocument } from './finish-document.js'
import { toVersion, VERSIONS, type Version } from './versions.js'

/** Answers of a route, by status, mostly of errors, as the OpenAPI document has them. */
export type RouteErrors = Readonly<Record<number, object>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * For the document only. In the route's schema each would be compiled to a serialiser at start, one per answer and
     * route, for answers that are rare and small.
     */
    errors?: RouteErrors
  }
}

/** What the document is made of: the routes as they were added, and the scopes that they were added to. */
export interface Collected {
  readonly routes: RouteOptions[]
  readonly scopes: Set<FastifyInstance>
  /** Of the models that have routes of their own. */
  readonly tags: readonly Tag[]
}

/** A group of operations. */
export interface Tag {
  readonly name: string
  readonly description: string
}

/** Collects what the document is made of: only routes that are added after this call are in it. */
export function collectOpenApi(app: FastifyInstance, tags: readonly Tag[]): Collected {
  const collected: Collected = { routes: [], scopes: new Set([app]), tags }
  app.addHook('onRoute', function collect(route) {
    // Fastify adds HEAD to each GET.
    if (route.method === 'HEAD' || route.schema?.hide === true) return
    collected.routes.push(route)
    collected.scopes.add(this)
  })
  return collected
}

/** The paths of Swagger UI, below `/docs`. */
const DOCS = ['/', '/json', '/yaml', '/static/index.html', '/static/swagger-initializer.js', '/static/*']

/** Of an answer that is passed on, what belongs to it and not to its connection. */
const PASSED_ON = [
  'content-type', 'location', 'cache-control', 'etag', 'last-modified', 'accept-ranges', 'content-range'
]

/**
 * Adds `GET /openapi.json` and Swagger UI. Few ask for them, and what makes them takes as long to load as half of the
 * rest: an app of its own has them, and it is made for the first who asks.
 */
export function serveOpenApi(app: FastifyInstance, config: Config, collected: Collected): void {
  let made: Promise<FastifyInstance> | undefined
  const make = async () => (await import('./docs.js')).buildDocs(collected, config)
  // A failure is not kept: the next caller has another try.
  const docs = async () => made ??= make().catch((error: unknown) => {
    made = undefined
    throw error
  })
  const options = { schema: { hide: true }, config: { quiet: true } }

  const texts = new Map<Version, string>()
  app.get('/openapi.json', options, async ({ query }, reply) => {
    const { version = '3.1' } = readQuery(query, { version: oneOf(...VERSIONS) })
    let text = texts.get(version)
    if (text === undefined) {
      const document: object = (await docs()).swagger()
      text = JSON.stringify(toVersion(document as OpenApiDocument, version))
      texts.set(version, text)
    }
    return reply.type('application/json; charset=utf-8').send(text)
  })
  app.register((scope, _options, done) => {
    for (const path of DOCS) {
      scope.get(path, options, async (request, reply) => passOn(await docs(), request, reply))
    }
    done()
  }, { prefix: '/docs' })
}

/** @throws Error with the answer's status where that is an error, for the usual handler */
async function passOn(docs: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const answer = await docs.inject({ url: request.url, headers: request.headers })
  // 400: there cannot even be a file of that name.
  if (answer.statusCode === 404 || answer.statusCode === 400) {
    reply.callNotFound()
    return reply
  }
  if (answer.statusCode >= 400) throw Object.assign(new Error(answer.statusMessage), { statusCode: answer.statusCode })
  for (const name of PASSED_ON) {
    if (answer.headers[name] !== undefined) reply.header(name, answer.headers[name])
  }
  return reply.code(answer.statusCode).send(answer.rawPayload.length > 0 ? answer.rawPayload : undefined)
}
