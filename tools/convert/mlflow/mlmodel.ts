/**
 * MLmodel, MLflow's description of a model in a folder: which library it is of, which file holds it, and what it takes.
 * https://mlflow.org/docs/latest/ml/model/
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml'
import { JsonPlace } from '../common/json-place.js'
import type { SignatureColumn } from '../common/signature.js'
import { ConvertError } from '../errors/convert-error.js'

/** Its file name, which makes a folder one of MLflow's. */
export const MLMODEL = 'MLmodel'

/** The libraries whose models are converted, and where each says which file holds it. */
const FLAVORS: ReadonlyArray<readonly [flavor: string, key: string]> = [
  ['sklearn', 'pickled_model'], ['lightgbm', 'data'], ['xgboost', 'data'], ['catboost', 'data']
]

/** Real ones have some kilobytes. */
const MAX_BYTES = 2 ** 20
const MAX_DEPTH = 50
const MAX_COLUMNS = 20_000
const SHOWN = 60

export interface MlModel {
  /** Path of the model's file in the folder, as the description has it. */
  readonly path: JsonPlace
  /** Empty for a model that was given arrays. */
  readonly columns: readonly SignatureColumn[]
  /** Path of the file with the input example, if there is one. */
  readonly example: JsonPlace | undefined
}

/** @throws ConvertError naming the place in the description */
export function readMlModel(bytes: Uint8Array): MlModel {
  const root = new JsonPlace(parseYaml(bytes))
  const flavors = root.key('flavors')
  flavors.mustBeObject()
  const [flavor, key] = FLAVORS.find(([name]) => !flavors.key(name).isAbsent) ?? failFlavors(flavors)
  const example = root.key('saved_input_example_info').key('artifact_path')
  return {
    path: flavors.key(flavor).key(key),
    columns: readColumns(root.key('signature').key('inputs')),
    example: example.isAbsent || example.value === null ? undefined : example
  }
}

function failFlavors(flavors: JsonPlace): never {
  const found = Object.keys(flavors.value as object).map(name => name.slice(0, SHOWN)).slice(0, 8)
  const isCode = found.every(name => name === 'python_function')
  return flavors.fail(
    `one of ${FLAVORS.map(([name]) => name).join(', ')} among ${found.join(', ') || 'none'}`,
    isCode ? 'The model is code of its author, which is not executed: convert the model files that it loads, such as those in artifacts/.'
      : 'docs/parity.md lists what is converted.'
  )
}

/** Signatures are JSON as text in YAML. Of arrays they say no more than the shape. */
function readColumns(inputs: JsonPlace): SignatureColumn[] {
  if (inputs.isAbsent || inputs.value === null) return []
  const columns = parseText(inputs).items()
  if (columns.length > MAX_COLUMNS) inputs.fail(`at most ${MAX_COLUMNS} columns`)
  const named = columns.map(column => {
    const [name, type] = [column.key('name').value, column.key('type').value]
    // Written before 2.6, a column has `optional` instead.
    const required = column.key('required').value !== false && column.key('optional').value !== true
    return typeof name === 'string' && typeof type === 'string' && type !== 'tensor' ? { name, type, required } : undefined
  })
  return named.every(column => column !== undefined) ? named : []
}

function parseText(place: JsonPlace): JsonPlace {
  const { value } = place
  try {
    if (typeof value === 'string') return new JsonPlace(JSON.parse(value), () => place.path)
  } catch {
    // Told below.
  }
  return place.fail('JSON as text')
}

/** @throws ConvertError when it is not YAML, or has more than a description has */
export function parseYaml(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES) throw new ConvertError(`${bytes.length} bytes, expected at most ${MAX_BYTES}.`)
  let document: Document
  try {
    document = parseDocument(new TextDecoder('utf-8', { fatal: true }).decode(bytes), { merge: false, stringKeys: true })
  } catch (error) {
    // Brackets without end are too deep for the parser.
    throw notYaml(error instanceof RangeError ? 'nested too deep' : (error as Error).message, error)
  }
  const [problem] = document.errors
  if (problem !== undefined) throw notYaml(problem.message.split('\n', 1)[0], problem)
  return toPlain(document.contents, document, 0)
}

function notYaml(problem: string, cause: unknown): ConvertError {
  return new ConvertError(`it cannot be parsed as YAML (${problem}).`, { hint: 'Copy or download the folder again.', cause })
}

/** Values without a reference's copies: what is referred to is the one object wherever it stands. */
function toPlain(node: unknown, document: Document, depth: number, known = new Map<unknown, unknown>()): unknown {
  if (depth > MAX_DEPTH) throw notYaml('nested too deep, or a part of itself', undefined)
  if (isAlias(node)) return toPlain(node.resolve(document), document, depth + 1, known)
  if (isScalar(node)) return node.value
  if (known.has(node)) return known.get(node)
  const plain = isSeq(node) ? node.items.map(item => toPlain(item, document, depth + 1, known))
    : isMap(node) ? Object.fromEntries(node.items.map(({ key, value }) => [
      String(isScalar(key) ? key.value : key), toPlain(value, document, depth + 1, known)
    ])) : undefined
  known.set(node, plain)
  return plain
}
