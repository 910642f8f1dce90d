/** Writes the OpenAPI document of the service to a file, for those who generate clients from it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buildApp, MODEL_NAMES } from '../src/app.js'
import { PACKAGE_ROOT, readConfig } from '../src/config.js'
import { loadEntries } from '../src/model/registry.js'
import type { ModelEntry } from '../src/model/types.js'

export interface OpenApiOptions {
  /** Default: `docs/openapi.json` of this package. */
  readonly file?: string
  /** Compares instead of writing. */
  readonly check?: boolean
  /** Default: the models that come with the package. */
  readonly entries?: readonly ModelEntry[]
  readonly out?: { write(text: string): unknown }
}

/**
 * Writes the document as the service has it with its defaults, whatever the environment says.
 * @returns exit status: 0 when it is written or up to date, 1 when it is out of date or a model is not loaded
 */
export async function writeOpenApi(options: OpenApiOptions = {}): Promise<number> {
  const { file = join(PACKAGE_ROOT, 'docs', 'openapi.json'), check = false, out = process.stdout } = options
  const config = { ...readConfig({}, ''), logLevel: 'silent' as const }
  const entries = options.entries ?? (await loadEntries(config.modelPath, MODEL_NAMES))
  const say = (message: string) => out.write(`${message}\n`)

  for (const entry of entries) {
    if (entry.model !== undefined) continue
    say(`${entry.name} is not loaded, and the document needs its inputs: ${entry.reason}`)
    return 1
  }
  const text = await renderDocument()
  if (check) {
    const current = await readFile(file, 'utf8').catch(() => undefined)
    if (current === text) return 0
    say(`${file} is ${current === undefined ? 'missing' : 'out of date'}: write it with npm run openapi`)
    return 1
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  say(`wrote ${file}`)
  return 0

  async function renderDocument(): Promise<string> {
    const app = await buildApp(config, { entries })
    try {
      const document = (await app.inject('/openapi.json')).json<object>()
      return `${JSON.stringify(sortPaths(document), undefined, 2)}\n`
    } finally {
      await app.close()
    }
  }
}

/**
 * Keys keep the order in which they were written, which says more than the alphabet; paths and schemas, which come in
 * the order of registration, are sorted.
 */
function sortPaths<T extends object>(document: T): T {
  const { paths, components, ...rest } = document as T & {
    paths: Record<string, unknown>
    components: { schemas: Record<string, unknown> }
  }
  const schemas = sortKeys(components.schemas)
  return { ...rest, paths: sortKeys(paths), components: { ...components, schemas } } as unknown as T
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
