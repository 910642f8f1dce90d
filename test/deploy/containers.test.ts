/** The Dockerfile, compose.yaml and nginx's files fit each other and the service. */
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT, PACKAGE_VERSION, readConfig } from '../../src/config.js'
import { tooLarge } from '../../src/http/shared/errors.js'
import { build } from '../helpers/app.js'
import { commandOf, environmentOf, instructionOf, parseDockerfile } from '../helpers/dockerfile.js'
import { DEPLOY, parseYaml } from '../helpers/manifests.js'
import { readNginxFile } from '../helpers/nginx.js'

interface ComposeService {
  readonly image: string
  readonly build?: { readonly context: string, readonly dockerfile: string }
  readonly environment?: Record<string, string | number>
  readonly volumes?: string[]
  readonly expose?: string[]
  readonly ports?: string[]
  readonly read_only: boolean
  readonly cap_drop: string[]
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test: string[] }
}

const defaults = readConfig({}, '/nonexistent/.env')
const stages = parseDockerfile(readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8'))
const [last] = stages.slice(-1)
const { services } = parseYaml(readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8'))[0] as {
  services: Record<'service' | 'nginx', ComposeService>
}
const server = readNginxFile('recall-ml.conf')

/** Value of a directive of nginx, which has one wherever it is. */
function valueOf(text: string, directive: string): string {
  const [, value] = new RegExp(`^\\s*${directive} (.+?);`, 'm').exec(text) ?? []
  if (value === undefined) throw new Error(`no ${directive}`)
  return value
}

const milliseconds = (value: string) => Number.parseFloat(value) * (value.endsWith('ms') ? 1 : 1000)

t.test('Dockerfile', t => {
  const taken = readFileSync(join(PACKAGE_ROOT, '.dockerignore'), 'utf8').split('\n')
    .filter(line => line.startsWith('!')).map(line => line.slice(1))
  const copies = stages.flatMap(({ instructions }) => instructions)
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
    .flatMap(({ text }) => text.split(' ').slice(0, -1))
  t.strictSame(copies.sort(), taken.sort(), '.dockerignore lets in what is copied, and nothing else')
  for (const path of copies) t.ok(existsSync(join(PACKAGE_ROOT, path)), path)

  const command = commandOf(instructionOf(last, 'CMD'))
  t.strictSame(command, ['node', 'dist/src/server.js'], 'in exec form: signals arrive')
  t.ok(existsSync(join(PACKAGE_ROOT, command[1])))
  t.match(instructionOf(last, 'USER'), /^[1-9]\d*:[1-9]\d*$/, 'a number, not root')
  const settings = readConfig(environmentOf(last), '/nonexistent/.env')
  t.equal(settings.port, Number(instructionOf(last, 'EXPOSE')))
  t.equal(settings.host, '0.0.0.0')
  const [node] = commandOf(instructionOf(last, 'HEALTHCHECK'))
  t.equal(node, 'node')
  t.equal(new Set(stages.map(({ base }) => base)).size, 1, 'built by the Node.js that runs it')
  t.end()
})

t.test('compose.yaml', async t => {
  const { service, nginx } = services
  t.equal(service.image, `recall-ml:${PACKAGE_VERSION}`)
  t.ok(existsSync(join(DEPLOY, service.build?.context ?? '', service.build?.dockerfile ?? '')))
  const environment = Object.entries(service.environment ?? {}).map(([name, value]) =>
    [name, String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1')] as const)
  const settings = readConfig(Object.fromEntries(environment), '/nonexistent/.env')
  for (const [name] of environment) t.match(readFileSync(join(PACKAGE_ROOT, '.env.example'), 'utf8'), `\n${name}=`)
  t.equal(settings.modelPath, join(instructionOf(last, 'WORKDIR'), 'model-json'), 'the shipped models unless told')
  t.equal(settings.pathPrefix, '/ml')
  t.equal(settings.modelControl, 'none', 'several replicas, and no word between them')
  t.ok(milliseconds(service.stop_grace_period ?? '') > settings.shutdownDelayMs + settings.shutdownTimeoutMs + 1000)

  const main = readNginxFile('compose.conf')
  t.equal(/server (\S+) resolve/.exec(main)?.[1], `service:${settings.port}`)
  t.strictSame(service.expose, [String(settings.port)])
  const mounts = (nginx.volumes ?? []).map(volume => volume.split(':'))
  for (const [from, to] of mounts) {
    t.notOk(isAbsolute(from))
    t.ok(existsSync(join(DEPLOY, from)), from)
    t.ok(to === '/etc/nginx/nginx.conf' || main.includes(`include ${to};`), to)
  }
  t.strictSame(nginx.ports, [`8080:${valueOf(server, 'listen')}`])
  for (const { read_only, cap_drop } of [service, nginx]) t.strictSame({ read_only, cap_drop }, { read_only: true, cap_drop: ['ALL'] })

  const app = await build(t, { pathPrefix: settings.pathPrefix })
  const { pathname } = new URL(nginx.healthcheck?.test.at(-1) ?? '')
  t.equal((await app.inject(pathname)).statusCode, 200)
})

t.test("nginx's limits are the service's", async t => {
  t.equal(Number(valueOf(server, 'client_max_body_size')), defaults.bodyLimitBytes)
  t.match(server, `413 "${tooLarge(defaults.bodyLimitBytes).message}";`)
  for (const directive of ['client_header_timeout', 'client_body_timeout']) {
    t.equal(milliseconds(valueOf(server, directive)), defaults.requestTimeoutMs, directive)
  }
  t.ok(milliseconds(valueOf(server, 'proxy_read_timeout')) > defaults.requestTimeoutMs, "the service's own answer comes first")
  const app = await build(t)
  for (const file of ['upstream.conf', 'compose.conf']) {
    const idle = milliseconds(valueOf(readNginxFile(file), 'keepalive_timeout'))
    t.ok(idle < app.server.keepAliveTimeout, `${file}: nginx ends an idle connection first`)
  }
  t.match(readNginxFile('upstream.conf'), `127.0.0.1:${defaults.port}`)
  const unknown = (await app.inject('/nothing')).json<{ message: string }>().message
  t.match(server, `404 "${unknown.replace('/docs', '/ml/docs')}";`)
})
