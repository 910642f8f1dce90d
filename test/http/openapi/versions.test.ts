/** The document in each version of OpenAPI: what tools that read only one of them would trip over is not in it. */
import t from 'tap'
import { finishDocument, type Json, type JsonObject, type OpenApiDocument } from '../../../src/http/openapi/finish-document.js'
import { toVersion } from '../../../src/http/openapi/versions.js'
import { build } from '../../helpers/app.js'
import { makeTwoOutputDump, makeFolder, makeRegressorDump, makeOutlierDump } from '../../helpers/dumps.js'
import { loadEntries } from '../../../src/model/registry.js'
import { fakeEntries } from '../../helpers/fake-model.js'

/** Calls back for each object in a document but those that are data. */
function visit(value: Json, place: string, see: (object: JsonObject, place: string) => void): void {
  if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${place}/${i}`, see))
  else if (typeof value === 'object' && value !== null) {
    see(value, place)
    for (const [key, member] of Object.entries(value)) {
      if (!['example', 'examples', 'enum', 'const', 'default', 'mapping'].includes(key)) visit(member, `${place}/${key}`, see)
    }
  }
}

const folder = makeFolder(t, {
  'two.json': makeTwoOutputDump(), 'value.json': makeRegressorDump(), 'outlier.json': makeOutlierDump()
})
const entries = [...fakeEntries(), ...await loadEntries(folder, [])]
const documentOf = async (version: string) =>
  (await (await build(t, {}, entries)).inject(`/openapi.json?version=${version}`)).json<OpenApiDocument>()

t.test('every number has its width, in every version', async t => {
  for (const version of ['3.0', '3.1', '3.2']) {
    let count = 0
    visit(await documentOf(version), '', (object, place) => {
      if (place.endsWith('/properties')) return
      const types = [object.type ?? []].flat()
      if (types.includes('number')) count++
      if (types.includes('number') && object.format !== 'double') t.fail(`${version}${place}`)
      if (types.includes('integer') && !types.includes('number') && object.format !== 'int64') t.fail(`${version}${place}`)
    })
    t.ok(count > 50, `${count} numbers`)
  }
})

t.test('3.0 has nothing that it does not know', async t => {
  const document = await documentOf('3.0')
  t.equal(document.openapi, '3.0.4')
  const unknown = ['const', 'examples', 'prefixItems', 'propertyNames', 'patternProperties', '$defs', 'contentSchema', 'itemSchema', 'x-item-schema']
  visit(document, '', (object, place) => {
    if (/\/(?:properties|schemas|paths|headers)$/.test(place)) return
    for (const key of Object.keys(object)) if (unknown.includes(key)) t.fail(`${place}: ${key}`)
    if (Array.isArray(object.type) || object.type === 'null') t.fail(`${place}: ${JSON.stringify(object.type)}`)
    if (object.type === 'array' && object.items === undefined) t.fail(`${place}: an array without items`)
    if (typeof object.exclusiveMinimum === 'number') t.fail(`${place}: exclusiveMinimum`)
    if (object.nullable === true && object.type === undefined && object.allOf === undefined) t.fail(`${place}: nullable`)
    if ('$ref' in object && Object.keys(object).length > 1) t.fail(`${place}: beside a reference`)
  })
  t.match(document.components.schemas.PredictRow, {
    properties: {
      monthly_spend: { type: 'number', format: 'double', nullable: true },
      plan_type: { type: 'string', nullable: true, 'x-extensible-enum': ['Postpaid', 'Prepaid'] }
    }
  })
  t.match(document.components.schemas.PredictAnswer, { properties: { status: { type: 'string', enum: ['success'] } } })
})

t.test('only 3.2 says what the lines of a stream are', async t => {
  const media = async (version: string) => (await documentOf(version)).paths['/predict/stream'].post as unknown as {
    requestBody: { content: Record<string, object> }, responses: Record<string, { content: Record<string, object> }>
  }
  const type = 'application/x-ndjson'
  for (const version of ['3.0', '3.1']) {
    const { requestBody, responses } = await media(version)
    t.match(requestBody.content[type], { schema: { type: 'string' } })
    t.match(responses['200'].content[type], { schema: { type: 'string' } })
    t.notMatch(JSON.stringify(requestBody), /item-?schema/i)
  }
  const { requestBody, responses } = await media('3.2')
  t.match(requestBody.content[type], { itemSchema: { $ref: '#/components/schemas/PredictRow' } })
  t.match(responses['200'].content[type], { itemSchema: { oneOf: [{ $ref: /PredictAnswer$/ }, { $ref: /ErrorAnswer$/ }] } })
  t.equal((await documentOf('3.2')).openapi, '3.2.0')
})

t.test('names that clients can be generated with, and a word about everything', async t => {
  const document = await documentOf('3.1')
  const schemas = Object.keys(document.components.schemas)
  const reserved = ['Error', 'Request', 'Response', 'Object', 'String', 'Map', 'Result']
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const id = operation.operationId as string
      const place = `${method} ${path}`
      t.match(id, /^[a-z][A-Za-z0-9]*$/, place)
      const upper = id.charAt(0).toUpperCase() + id.slice(1)
      for (const end of ['', 'Request', 'Response', 'Responses', 'Params', 'Data', 'Error', 'Errors', 'Body', 'JSONBody', 'Result', 'Req', 'Res']) {
        t.notOk(schemas.includes(upper + end), `${place}: ${upper}${end}`)
      }
      t.ok(operation.description, place)
      t.ok(Object.keys(operation.responses).some(status => status.startsWith('4')), `${place}: an error of the caller`)
      for (const response of Object.values(operation.responses)) {
        t.ok(response.description)
        const types = Object.keys(response.content ?? {})
        // The protocol has binary tensors beside JSON.
        t.ok(types.length <= (path.endsWith('/infer') ? 2 : 1), `${place}: ${types.join(' and ')}`)
      }
    }
  }
  for (const name of schemas) t.notOk(reserved.includes(name), name)
})

t.test('a version that there is not', async t => {
  const response = await (await build(t)).inject('/openapi.json?version=2.0')
  t.equal(response.statusCode, 400)
  t.match(response.json(), { errors: [{ field: 'version', expected: '3.0 or 3.1 or 3.2', received: 'the text "2.0"' }] })
})

t.test('columns that are called like keywords stay what they are', t => {
  const names = ['type', 'examples', 'const', '$ref', 'items', 'x-item-schema', 'nullable', 'anyOf', 'constructor', 'exclusiveMinimum']
  const row = () => ({
    type: 'object', properties: Object.fromEntries(names.map(name => [name, { type: ['number', 'null'], examples: [1] }])),
    examples: [Object.fromEntries(names.map(name => [name, 1]))]
  })
  const document = finishDocument({ openapi: '3.1.0', info: { license: { name: 'MIT' } }, paths: {}, components: { schemas: { Row: row() } } })
  for (const version of ['3.0', '3.1', '3.2'] as const) {
    const { components } = toVersion(document, version) as OpenApiDocument
    const { properties } = components.schemas.Row as { properties: JsonObject }
    t.strictSame(Object.keys(properties), names, version)
    const expected = version === '3.0'
      ? { type: 'number', format: 'double', nullable: true, example: 1 } : { type: ['number', 'null'], examples: [1], format: 'double' }
    for (const property of Object.values(properties)) t.same(property, expected)
  }
  t.end()
})
