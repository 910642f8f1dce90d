/** `GET /`: a page on which people try the models, and what it is made of, under `/page`. */
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PACKAGE_ROOT, PACKAGE_VERSION, type Config } from '../../config.js'
import type { ModelEntry } from '../../model/types.js'
import { pathOf } from '../shared/path.js'
import { UNCHECKED } from '../shared/unchecked.js'
import { chooseEncoding, quoteDigest, readAssets } from './assets.js'
import { PageDumps } from './dumps.js'
import type { PageSettings } from './page-settings.js'

/** Where the build puts the page. */
const PAGE = join(PACKAGE_ROOT, 'dist', 'bundle', 'page')

/** Nothing inline and nothing of another host. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'"
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer'
}

/**
 * @param routes paths of the models that have routes of their own, by name
 * @param folder of the built page
 */
export function servePage(
  app: FastifyInstance, config: Config, entries: readonly ModelEntry[], routes: ReadonlyMap<string, string>, folder = PAGE
): void {
  if (!config.page) return
  // Read when it is first asked for: a start does not wait for it.
  let read: ReturnType<typeof readAssets> | undefined
  const assets = async () => read ??= readAssets(folder)
  const dumps = new PageDumps(entries, config.pageModelBytes)
  const settings: PageSettings = {
    version: PACKAGE_VERSION,
    models: entries.filter(({ model }) => model !== undefined).map(({ name }) => {
      const route = routes.get(name)?.slice(1)
      return { name, ...(route !== undefined && { route }), local: dumps.offers(name) }
    }),
    risk: { mediumFrom: config.riskMediumFrom, highFrom: config.riskHighFrom }
  }
  const options = { ...UNCHECKED, schema: { hide: true }, config: { quiet: true } }
  const sendAsset = async (name: string, cacheControl: string, request: FastifyRequest, reply: FastifyReply) => {
    const asset = (await assets()).get(name)
    if (asset === undefined) return callNotFound(reply)
    return send({ ...asset, cacheControl }, request, reply)
  }

  app.get('/', options, async (request, reply) => {
    reply.header('vary', 'accept')
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) return callNotFound(reply)
    const path = pathOf(request.originalUrl)
    // The page's paths are relative, so that a proxy may add a prefix: without the slash they would lose its last part.
    if (!path.endsWith('/')) return reply.headers(HEADERS).redirect(`${path.slice(path.lastIndexOf('/') + 1)}/`)
    return sendAsset('index.html', 'no-cache', request, reply)
  })
  app.get('/page/service.json', options, async (_request, reply) =>
    reply.headers(HEADERS).header('cache-control', 'no-cache').type('application/json').send(JSON.stringify(settings)))
  app.get<{ Params: { file: string } }>('/page/:file', options, async (request, reply) =>
    // Their names have hashes of what they contain.
    sendAsset(request.params.file, 'public, max-age=31536000, immutable', request, reply))
  app.get<{ Params: { file: string } }>('/page/models/:file', options, async (request, reply) => {
    const { file } = request.params
    const name = file.endsWith('.json') ? file.slice(0, -'.json'.length) : ''
    const compressed = chooseEncoding(request.headers['accept-encoding'], new Map([['gzip', true]])) === 'gzip'
    const dump = await dumps.read(name, compressed)
    if (dump === undefined) return callNotFound(reply)
    const { bodies, digest } = dump
    return send({ type: 'application/json', etag: quoteDigest(digest), bodies, cacheControl: 'no-cache' }, request, reply)
  })
}

interface Sendable {
  readonly type: string
  readonly etag: string
  readonly bodies: ReadonlyMap<string, Buffer>
  readonly cacheControl: string
}

function send({ type, etag, bodies, cacheControl }: Sendable, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const encoding = chooseEncoding(request.headers['accept-encoding'], bodies)
  const vary = reply.getHeader('vary')
  reply.headers({
    ...HEADERS, etag, 'cache-control': cacheControl, vary: vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`
  })
  const known = request.headers['if-none-match']?.split(',').map(tag => tag.trim())
  if (known?.includes(etag) === true) return reply.code(304).send()
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.type(type).send(bodies.get(encoding) ?? bodies.values().next().value)
}

function callNotFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}
