/**
 * Publishes the dump format as JSON Schema, for readers and writers of dumps in other languages, and for the check of
 * dumps: without its descriptions, as a module that needs no library. The same of recipes, for editors.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'
import { DumpSchema } from '../src/dump/dump.js'
import type { JsonSchema } from '../src/dump/fits-shape.js'
import { RecipeSchema } from './convert/recipe-syntax/schema.js'
import { writeKernels } from './kernels.js'
import { narrowShape } from './narrow-shape.js'

export interface SchemaOptions {
  /** Compares instead of writing. */
  readonly check?: boolean
  /** Folder of the package. */
  readonly root?: string
}

/** @returns exit status: 0, or 1 when `check` finds a file missing or out of date */
export async function writeSchemas({ check = false, root = PACKAGE_ROOT }: SchemaOptions = {}): Promise<number> {
  const shape = withoutNotes(DumpSchema) as JsonSchema
  const texts = {
    [join(root, 'model-json', 'dump.schema.json')]: publish(DumpSchema),
    [join(root, 'model-json', 'recipe.schema.json')]: publish(RecipeSchema),
    [join(root, 'src', 'dump', 'shape.ts')]: writeShape('The shape of a dump', 'DUMP_SHAPE', shape),
    [join(root, 'src', 'dump', 'common-shape.ts')]:
      writeShape('The shape of a dump of common kinds', 'COMMON_SHAPE', narrowShape(shape)),
    [join(root, 'src', 'explain', 'kernels.ts')]: writeKernels()
  }
  let status = 0
  for (const [file, text] of Object.entries(texts)) {
    if (!check) {
      await writeFile(file, text)
      console.log(`wrote ${file}`)
      continue
    }
    const current = await readFile(file, 'utf8').catch(() => undefined)
    if (current === text) continue
    console.error(`${file} is ${current === undefined ? 'missing' : 'out of date'}: write it with npm run schema`)
    status = 1
  }
  return status
}

function publish(schema: object): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, undefined, 2)}\n`
}

function writeShape(title: string, name: string, shape: JsonSchema): string {
  return `/** ${title}, which \`npm run schema\` writes from dump.ts. */
import type { JsonSchema } from './fits-shape.js'

export const ${name}: JsonSchema =
${foldJson(condense(shape))}
`
}

/** What is for readers only. */
const NOTES: ReadonlySet<string> = new Set(['title', 'description'])

function withoutNotes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNotes)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([keyword]) => !NOTES.has(keyword))
  return Object.fromEntries(entries.map(([keyword, value]: [string, unknown]) =>
    [keyword, keyword === 'properties' ? withoutNotesEach(value as object) : withoutNotes(value)]))
}

/** Of properties, whose names may be anything. */
function withoutNotesEach(properties: object): object {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, withoutNotes(schema)]))
}

/** Leaves out what says the same twice, and lists constants as such. */
function condense(shape: JsonSchema): JsonSchema {
  const { anyOf, items, properties, patternProperties, type, additionalItems, minItems, maxItems, ...rest } = shape
  if ('const' in rest) return rest
  if (anyOf?.every(variant => 'const' in variant)) return { ...rest, enum: anyOf.map(variant => variant.const) }
  const isTuple = Array.isArray(items)
  return {
    ...rest,
    ...(type !== undefined && { type }),
    ...(anyOf && { anyOf: anyOf.map(condense) }),
    ...(items && { items: isTuple ? items.map(condense) : condense(items as JsonSchema) }),
    ...(!isTuple && { minItems, maxItems, additionalItems }),
    ...(properties && { properties: condenseEach(properties) }),
    ...(patternProperties && { patternProperties: condenseEach(patternProperties) })
  }
}

function condenseEach(shapes: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, condense(shape)]))
}

/** Longest line of the module. */
const WIDTH = 120

/** JSON as the source of a module, with as few lines as there can be. */
function foldJson(value: unknown): string {
  const lines = ['']
  for (const [token] of JSON.stringify(value).matchAll(/(?:"(?:[^"\\]|\\.)*"|[^",])+,?|,/g)) {
    const text = token.replaceAll("'", "\\'").replaceAll('"', "'")
    const last = lines.length - 1
    if (lines[last].length + text.length > WIDTH) lines.push(text)
    else lines[last] += text
  }
  return lines.join('\n')
}
