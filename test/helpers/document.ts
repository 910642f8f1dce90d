/** The OpenAPI document of an app, for tests. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'

interface Media {
  schema: { $ref?: string }
  example?: unknown
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  requestBody?: { required: boolean; content: Record<string, Media> }
  responses: Record<string, { description: string; content: Record<string, Media> }>
}

export interface Document {
  openapi: string
  info: { version: string; title: string }
  tags: Array<{ name: string }>
  servers: Array<{ url: string }>
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, {
      examples?: unknown[]
      required?: string[]
      properties: Record<string, Record<string, unknown>>
    }>
  }
}

export async function documentOf(app: FastifyInstance): Promise<Document> {
  return (await app.inject('/openapi.json')).json()
}

/**
 * Checks that operations have names of their own and known tags, that references lead somewhere, that all schemas
 * compile, and that every example fits its schema.
 * @returns a check of a value against a schema of the document
 */
export function checkDocument(t: Test, document: Document): (value: unknown, schemaName: string) => void {
  const ids = new Set<string>()
  const tags = new Set(document.tags.map(({ name }) => name))
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      t.ok(operation.summary && operation.operationId && !ids.has(operation.operationId), `${method} ${path}`)
      t.match(operation.operationId, /^\w+$/)
      ids.add(operation.operationId)
      t.ok(operation.tags.every(tag => tags.has(tag)))
      for (const response of Object.values(operation.responses)) t.not(response.description, 'Default Response')
    }
  }
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)
  for (const [, name] of references) t.ok(name in document.components.schemas, name)

  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ['x-extensible-enum', 'discriminator'], formats: { double: true, int64: true } })
  ajv.addKeyword('example')
  ajv.addVocabulary(['components', 'paths', 'openapi', 'info', 'tags', 'servers', 'security'])
  ajv.addSchema(document, 'document')
  const check = (value: unknown, pointer: string) => {
    const validate = ajv.compile({ $ref: `document#${pointer}` })
    t.ok(validate(value), `${pointer}: ${ajv.errorsText(validate.errors)}`)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    t.match(name, /^[A-Za-z0-9._-]+$/)
    ajv.compile({ $ref: `document#/components/schemas/${name}` })
    for (const example of schema.examples ?? []) check(example, `/components/schemas/${name}`)
  }
  for (const [path, { post, get }] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries({ post, get })) {
      for (const [status, { content }] of Object.entries(operation?.responses ?? {})) {
        const { example } = content['application/json'] ?? {}
        const place = `/paths/${path.replaceAll('/', '~1').replaceAll(/[{}]/g, encodeURIComponent)}/${method}`
        if (example !== undefined) check(example, `${place}/responses/${status}/content/application~1json/schema`)
      }
    }
  }
  return (value, schemaName) => check(value, `/components/schemas/${schemaName}`)
}
