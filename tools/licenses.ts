/** The licences of what the bundles consist of, which they must be passed on with. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'

/** Swagger UI comes within `@fastify/swagger-ui`, without its own licence, which is that of TypeScript as well. */
const SWAGGER_UI = { name: 'swagger-ui', text: join('typescript', 'LICENSE.txt') }

/**
 * @param inputs paths of the files in the bundles, as esbuild's metafile has them
 * @returns for each package its name, version, licence and the licence's text
 * @throws Error naming a package without a licence
 */
export function collectLicenses(inputs: Iterable<string>): string {
  const folders = new Set<string>()
  for (const input of inputs) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
    if (folder !== undefined) folders.add(folder)
  }
  const sections = [...folders].sort().map(folder => {
    const path = join(PACKAGE_ROOT, folder)
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
    const file = readdirSync(path).find(entry => /^(?:licen[cs]e|copying)\b/i.test(entry))
    const title = `${name} ${version}, ${license}`
    if (license === undefined) throw new Error(`${folder} does not say how it may be passed on`)
    return section(title, file === undefined ? 'The package has no text of its licence.' : readFileSync(join(path, file), 'utf8'))
  })
  const swagger = join(PACKAGE_ROOT, 'node_modules', SWAGGER_UI.text)
  if (existsSync(swagger)) sections.push(section(`${SWAGGER_UI.name}, Apache-2.0`, readFileSync(swagger, 'utf8')))
  return `What these bundles consist of, besides recall-ml.\n\n${sections.join('\n\n')}\n`
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

function section(title: string, text: string): string {
  return `${'='.repeat(80)}\n${title}\n\n${text.trim()}`
}
