/** Publishes the dump format as JSON Schema, for readers and writers of dumps in other languages. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'
import { DumpSchema } from '../src/dump/dump.js'

export interface SchemaOptions {
  /** Compares instead of writing. */
  readonly check?: boolean
  readonly file?: string
}

/** @returns exit status: 0, or 1 when `check` finds the file missing or out of date */
export async function writeDumpSchema(options: SchemaOptions = {}): Promise<number> {
  const { check = false, file = join(PACKAGE_ROOT, 'model-json', 'dump.schema.json') } = options
  const text = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...DumpSchema }, undefined, 2)}\n`
  if (!check) {
    await writeFile(file, text)
    console.log(`wrote ${file}`)
    return 0
  }
  const current = await readFile(file, 'utf8').catch(() => undefined)
  if (current === text) return 0
  console.error(`${file} is ${current === undefined ? 'missing' : 'out of date'}: write it with npm run schema`)
  return 1
}
