/** A recipe file that has been read: what it says, and where it says so. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { describeValue } from '../../../src/errors/describe-value.js'
import { findFault, UNEXPECTED } from '../../../src/dump/find-fault.js'
import type { JsonSchema } from '../../../src/dump/fits-shape.js'
import { ConvertError } from '../errors/convert-error.js'
import { expectedAt, keysAt, type Path } from './schema-places.js'
import { suggest } from './suggest.js'
import { RecipeSchema, type RecipeDocument } from './schema.js'

/** Written by hand, or made of what a few files hold. */
const MAX_BYTES = 2 ** 21
const MAX_DEPTH = 20

export class RecipeFile {
  /** What the file says, of the shape of its schema. */
  readonly document: RecipeDocument

  private constructor(
    readonly name: string, private readonly yaml: Document, private readonly lines: LineCounter
  ) {
    const value = toPlain(yaml.contents, node => this.failAt(node, 'expected texts, numbers, lists and keys, no anchors and no references'))
    const fault = findFault(RecipeSchema as JsonSchema, value)
    if (fault !== undefined) this.failShape(fault.path, fault.expected, fault.received)
    this.document = value as RecipeDocument
  }

  /**
   * @param name of the file, for messages
   * @throws ConvertError with line and column of the first thing that is wrong
   */
  static parse(name: string, bytes: Uint8Array): RecipeFile {
    if (bytes.length > MAX_BYTES) throw new ConvertError(`${name}: ${bytes.length} bytes, expected at most ${MAX_BYTES} in a recipe.`)
    const lines = new LineCounter()
    let yaml: Document.Parsed
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      yaml = parseDocument(text, { merge: false, prettyErrors: false, lineCounter: lines })
    } catch (error) {
      // Brackets without end are too deep for the parser.
      throw new ConvertError(`${name}: expected a recipe in YAML or JSON (${error instanceof RangeError ? 'nested too deep' : 'not text in UTF-8'}).`, {
        cause: error
      })
    }
    const problem = yaml.errors.at(0) ?? yaml.warnings.at(0)
    if (problem?.message.startsWith('Maximum call stack') === true) throw new ConvertError(`${name}: expected a recipe, nested too deep.`)
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0])
      throw new ConvertError(`${name}:${line}:${col}: expected YAML or JSON (${problem.message.replace(/\.?$/, '')}).`)
    }
    return new RecipeFile(name, yaml, lines)
  }

  /** The keys at a place, in the order of the file: objects have those that are numbers first. */
  keys(path: Path): string[] {
    const node = this.yaml.getIn(path, true)
    return isMap(node) ? node.items.map(({ key }) => keyOf(key)) : []
  }

  /** The same as they are written: texts, numbers, true and false. */
  values(path: Path): Array<string | number | boolean> {
    const node = this.yaml.getIn(path, true)
    const keys = isMap(node) ? node.items.map(({ key }) => isScalar(key) ? key.value : undefined) : []
    return keys.filter(key => typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean')
  }

  /** Such as `recipe.yaml:12:5: inputs.age`. */
  place(path: Path): string {
    return `${this.position(this.nodeAt(path))}: ${showPath(path)}`
  }

  /**
   * @param path the place that is to blame
   * @param problem what was expected, and what came
   */
  fail(path: Path, problem: string, hint?: string): never {
    throw new ConvertError(`${this.place(path)}: ${endSentence(problem)}`, hint === undefined ? {} : { hint })
  }

  private failAt(node: unknown, problem: string): never {
    throw new ConvertError(`${this.position(node as Node)}: ${problem}.`)
  }

  private failShape(path: Path, expected: string, received: unknown): never {
    const last = path.at(-1)
    if (expected === UNEXPECTED && last !== undefined) {
      const parent = path.slice(0, -1)
      const known = keysAt(RecipeSchema as JsonSchema, parent)
      const where = parent.length === 0 ? '' : ` in ${showPath(parent)}`
      throw new ConvertError(
        `${this.position(this.keyAt(path))}: ` +
        endSentence(`unknown key ${JSON.stringify(last)}${where}${suggest(String(last), known)}`),
        { hint: `The keys there are ${known.join(', ')}.` }
      )
    }
    if (received === undefined && last !== undefined) {
      throw new ConvertError(`${this.position(this.nodeAt(path.slice(0, -1)))}: expected the key ${JSON.stringify(last)}` +
        `${path.length > 1 ? ` in ${showPath(path.slice(0, -1))}` : ''}, received nothing.`)
    }
    const words = expectedAt(RecipeSchema as JsonSchema, path) ?? expected
    if (path.length === 0) this.failAt(this.yaml.contents, `expected a recipe, received ${describeValue(received)}`)
    this.fail(path, `expected ${words}, received ${describeValue(received)}`)
  }

  /** The node of a place, or of the nearest one around it. */
  private nodeAt(path: Path): Node | undefined {
    for (let end = path.length; end > 0; end--) {
      const node = this.yaml.getIn(path.slice(0, end), true)
      if (isNode(node)) return node
      if (end === path.length) {
        const key = this.keyAt(path)
        if (key !== undefined) return key
      }
    }
    return this.yaml.contents ?? undefined
  }

  private keyAt(path: Path): Node | undefined {
    const parent = path.length === 1 ? this.yaml.contents : this.yaml.getIn(path.slice(0, -1), true)
    if (!isMap(parent)) return undefined
    const { key } = parent.items.find(item => keyOf(item.key) === String(path.at(-1))) ?? {}
    return isNode(key) ? key : undefined
  }

  private position(node: Node | undefined): string {
    const { line, col } = this.lines.linePos(node?.range?.[0] ?? 0)
    return `${this.name}:${line}:${col}`
  }
}

/** A question has its mark already. */
function endSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value)
}

function showPath(path: Path): string {
  return path.map((step, i) => typeof step === 'number' ? `[${step}]`
    : /^[\p{L}\p{N}_$-]+$/u.test(step) ? `${i === 0 ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`).join('')
}

/** What a key may be. */
const KEYS: ReadonlySet<string> = new Set(['string', 'number', 'boolean'])

function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** The entry of a name, which may be that of a property that every object has. */
export function entryOf<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

/** @param refuse called with what is no plain value */
function toPlain(node: unknown, refuse: (node: unknown) => never, depth = 0): unknown {
  if (depth > MAX_DEPTH) return refuse(node)
  if (node === null || node === undefined) return null
  if (isNode(node) && node.anchor !== undefined) return refuse(node)
  if (isScalar(node)) return typeof node.value === 'bigint' || typeof node.value === 'symbol' ? refuse(node) : node.value
  if (isSeq(node)) return node.items.map(item => toPlain(item, refuse, depth + 1))
  if (!isMap(node)) return refuse(node)
  return Object.fromEntries(node.items.map(({ key, value }) => {
    if (!isScalar(key) || !KEYS.has(typeof key.value)) return refuse(key ?? node)
    return [keyOf(key), toPlain(value, refuse, depth + 1)]
  }))
}
