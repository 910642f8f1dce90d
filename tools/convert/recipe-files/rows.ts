/** From what callers send to the columns that the chain begins with. */
import type { Expression } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import { Frame } from '../common/frame.js'
import { Located } from '../common/located.js'
import { Dict } from '../pickle/values.js'
import type { Syntax } from '../recipe-syntax/parse-expression.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import { namesIn, textsIn, type Scope } from '../recipe-syntax/resolve-expression.js'
import type { EncoderEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { suggest } from '../recipe-syntax/suggest.js'
import { pushCodes } from '../recipes/column-codes.js'
import { readColumnsOrCount } from '../recipes/columns.js'
import { checkNames } from '../recipes/plain.js'
import { convertTransformer } from '../registry/registry.js'
import { pushLookup, readCategories } from '../sklearn/categories.js'
import { readSyntax, resolveSyntax } from './expressions.js'
import { completeInput, describeCategories, describeNumber, type Declared } from './inputs.js'
import type { Functions } from './functions.js'
import type { References } from './references.js'

interface Derived {
  readonly source: string | number
  readonly syntax: Syntax
  readonly place: Path
  readonly mayBeUnused: boolean
}

/** What has become of an input. */
interface Encoded {
  /** By the names that the chain has for them. */
  readonly columns: ReadonlyMap<string, string>
  /** Whether it is one column of numbers, which expressions can compute with. */
  readonly isNumber: boolean
}

/** The inputs of a recipe, and what it computes of them before the chain. */
export class Rows {
  readonly frame: Frame
  readonly declared: ReadonlyMap<string, Declared>
  private readonly derived: ReadonlyMap<string, Derived>
  private readonly constants: Readonly<Record<string, number>>
  private readonly fill: number | undefined
  private readonly encoded = new Map<string, Encoded>()
  /** Inputs with the texts that expressions compare them with. */
  private readonly texts = new Map<string, string[]>()
  /** Columns that hold the codes of texts. */
  private readonly codes = new Map<string, { column: string, categories: readonly string[] }>()
  private readonly read = new Set<string>()

  constructor(
    private readonly recipe: RecipeFile, private readonly references: References, functions: Functions
  ) {
    this.frame = new Frame({
      complete: input => completeInput(recipe, input, this.declared.get(input.name)), functions: functions.apply
    })
    const { inputs = {}, columns } = recipe.document
    const more = typeof columns === 'object' && 'names' in columns ? columns : undefined
    this.constants = more?.constants ?? {}
    this.fill = more?.fill
    const declared = new Map<string, Declared>(recipe.keys(['inputs']).map(name => [name, { ...inputs[name], name, place: ['inputs', name] }]))
    for (const [name, missing] of Object.entries(more?.defaults ?? {})) {
      const place = ['columns', 'defaults', name]
      const before = declared.get(name)
      if (before?.fallback?.missing !== undefined) recipe.fail(place, `expected no default, as inputs has a fallback of ${JSON.stringify(name)}`)
      declared.set(name, { ...before, name, place: before?.place ?? place, fallback: { ...before?.fallback, missing } })
    }
    this.declared = declared
    this.derived = this.readDerived()
    for (const name of [...this.derived.keys(), ...Object.keys(this.constants)]) {
      if (this.declared.has(name)) recipe.fail(['inputs', name], 'expected no input that is a derived column or a constant as well')
    }
    for (const name of Object.keys(this.constants)) {
      if (this.derived.has(name)) recipe.fail(['columns', 'constants', name], 'expected no constant that is a derived column as well')
    }
  }

  private readDerived(): Map<string, Derived> {
    const { derived = {} } = this.recipe.document
    return new Map(this.recipe.keys(['derived']).map(name => {
      const entry = derived[name]
      const place = ['derived', name]
      const source = typeof entry === 'object' ? entry.value : entry
      const syntax = readSyntax(this.recipe, source, typeof entry === 'object' ? [...place, 'value'] : place)
      return [name, { source, syntax, place, mayBeUnused: typeof entry === 'object' && entry.unused === true }]
    }))
  }

  /**
   * Makes the inputs, and computes everything that comes before the chain.
   * @param names of the columns that the chain begins with, as the recipe or the files have them
   * @returns the same with encoders' columns in place of what they encode, and the frame's columns of each
   */
  build(names: readonly string[]): { block: string[], columns: Map<string, string> } {
    const { recipe } = this
    const dummies = this.listDummies(names)
    const made = new Set([...this.derived.keys(), ...Object.keys(this.constants), ...[...dummies.values()].flat()])
    const needed = [...this.declared.keys(), ...this.listEncoded()]
    // Where the recipe has inputs, what an expression reads is among them: another name is a mistake.
    const isListed = recipe.document.inputs !== undefined
    for (const { syntax } of this.derived.values()) {
      needed.push(...namesIn(syntax).filter(name => !isListed || names.includes(name)))
    }
    const outputs = this.listEncoderColumns()
    for (const name of names) if (!outputs.has(name) && (this.fill === undefined || this.declared.has(name))) needed.push(name)
    for (const { syntax } of this.derived.values()) {
      for (const { name, text } of textsIn(syntax)) this.texts.set(name, [...this.texts.get(name) ?? [], text])
    }
    const inputs = [...new Set(needed)].filter(name => !made.has(name))
    checkNames(inputs)
    for (const name of inputs) this.addInput(name)
    this.keepTexts()
    for (const name of this.listEncoded()) this.within(['encoders', name], () => this.encode(name, dummies.get(name) ?? []))
    for (const [name, value] of Object.entries(this.constants)) this.frame.derive(name, value)
    for (const [name, derived] of this.derived) this.derive(name, derived, inputs)
    const block: string[] = []
    const columns = new Map<string, string>()
    for (const name of names) {
      for (const [own, column] of this.columnsOf(name)) {
        if (columns.has(own)) recipe.fail(['columns'], `${JSON.stringify(own)} is there twice`)
        block.push(own)
        columns.set(own, column)
      }
    }
    return { block, columns }
  }

  /** @throws ConvertError for what the recipe declares and nothing reads */
  checkUse(): void {
    const names = [...new Set([...this.declared.keys(), ...this.listEncoded(), ...this.derived.keys()])]
    for (const name of names.filter(own => !this.read.has(own))) {
      if (this.declared.get(name)?.unused === true || this.derived.get(name)?.mayBeUnused === true) continue
      const place = this.declared.get(name)?.place ?? [this.derived.has(name) ? 'derived' : 'encoders', name]
      const others = [...this.read].filter(own => !names.includes(own))
      this.recipe.fail(place, `nothing reads ${JSON.stringify(name)}${suggest(name, others)}`,
        'Take it out, or add "unused: true" if it is meant.')
    }
  }

  private listEncoded(): string[] {
    return this.recipe.keys(['encoders'])
  }

  /** The inputs' own places first; a column of text that is encoded alone has its categories from there. */
  private addInput(name: string): void {
    const entry = this.declared.get(name) ?? { name, place: ['columns'] }
    const categories = this.findCategories(name, entry)
    if (categories === undefined) return this.frame.addInput(describeNumber(this.recipe, entry))
    const input = describeCategories(this.recipe, entry, categories.texts)
    const { unknown = categories.isOpen ? null : undefined, ...fallback } = input.fallback ?? {}
    this.frame.addInput(unknown === undefined ? input : { ...input, fallback: { ...fallback, unknown } })
    this.codes.set(name, { column: name, categories: categories.texts })
  }

  /** Undefined where it is a number, or an encoder has yet to say. */
  private findCategories(name: string, { categories, type, place }: Declared): { texts: readonly string[], isOpen: boolean } | undefined {
    const encoder = (this.recipe.document.encoders ?? {})[name] as EncoderEntry | undefined
    const texts = typeof encoder === 'string' ? readTextLabels(this.references.value(encoder, ['encoders', name])) : undefined
    if (encoder !== undefined) {
      if (categories !== undefined) this.recipe.fail([...place, 'categories'], 'expected no categories, as the encoder has them')
      return texts && { texts, isOpen: false }
    }
    const compared = this.texts.get(name)
    if (categories !== undefined && compared === undefined) {
      this.recipe.fail([...place, 'categories'], 'expected no categories, as no encoder and no expression takes it for text')
    }
    if (categories !== undefined) return { texts: categories, isOpen: false }
    if (compared === undefined) return undefined
    if (type !== undefined && type !== 'category') this.recipe.fail([...place, 'type'], `expected category, as an expression compares it with ${JSON.stringify(compared[0])}`)
    return { texts: [...new Set(compared)], isOpen: true }
  }

  /** Copies of the texts that expressions compare, where encoders will put numbers in their place. */
  private keepTexts(): void {
    for (const [name, texts] of this.texts) {
      if (this.codes.has(name) || !this.frame.has(name)) continue
      const column = this.frame.copyAs(name, `text__${name}`)
      const at = new Located([...new Set(texts)], 'derived')
      const codes = this.frame.textCodes(column, texts, at)
      const categories: string[] = []
      texts.forEach((text, i) => { categories[codes[i]] = text })
      this.codes.set(name, { column, categories })
    }
  }

  private encode(name: string, dummies: readonly string[]): void {
    const { recipe, frame } = this
    const entry = (recipe.document.encoders ?? {})[name]
    const place = ['encoders', name]
    if (this.derived.has(name) || name in this.constants) recipe.fail(place, 'expected an input; put an encoder of a derived column into the chain')
    if (typeof entry === 'object' && 'dummies' in entry) return this.encodeDummies(name, entry.dummies, dummies)
    if (typeof entry === 'object') {
      const keys = recipe.values([...place, 'map'])
      if (keys.length === 0) recipe.fail([...place, 'map'], 'expected at least one key')
      const categories = readCategories(new Located(keys, `${name}.map`), name, frame)
      pushLookup(name, { categories, results: keys.map(key => entry.map[String(key)]), unknown: entry.default }, frame)
      return this.setEncoded(name, [[name, name]], true)
    }
    const at = this.references.value(entry, place)
    if (this.codes.get(name)?.column === name && at.className === 'LabelEncoder') return this.setEncoded(name, [[name, name]], true)
    if (!at.isOpaque && at.value instanceof Dict) {
      pushCodes(name, at, frame)
      return this.setEncoded(name, [[name, name]], true)
    }
    const fitted = at.className === 'LabelEncoder' ? undefined : readColumnsOrCount(at)
    if (typeof fitted === 'number' ? fitted !== 1 : fitted !== undefined && (fitted.length !== 1 || fitted[0] !== name)) {
      const shown = typeof fitted === 'number' ? `${fitted} columns` : (fitted ?? []).join(', ')
      recipe.fail(place, `expected an encoder of ${JSON.stringify(name)}, found one that was fitted on ${shown}`, 'Put one of several columns into the chain, with the columns that it takes.')
    }
    const outputs = convertTransformer(at, [name], frame)
    this.setEncoded(name, outputs.map(column => [column, column]), outputs.length === 1)
  }

  private setEncoded(name: string, columns: ReadonlyArray<readonly [string, string]>, isNumber: boolean): void {
    this.encoded.set(name, { columns: new Map(columns), isNumber })
  }

  /** The columns of each input that pandas makes dummies of, by the prefix of their names. */
  private listDummies(names: readonly string[]): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [name, entry] of Object.entries(this.recipe.document.encoders ?? {})) {
      if (typeof entry !== 'object' || !('dummies' in entry)) continue
      const own = names.filter(column => column.startsWith(entry.dummies) && column.length > entry.dummies.length && !this.declared.has(column))
      if (own.length === 0) {
        this.recipe.fail(['encoders', name, 'dummies'], `no column begins with ${JSON.stringify(entry.dummies)}; the columns are ${names.slice(0, 12).join(', ')}`)
      }
      found.set(name, own)
    }
    return found
  }

  private encodeDummies(name: string, prefix: string, columns: readonly string[]): void {
    const { frame } = this
    const texts = columns.map(column => column.slice(prefix.length))
    const values = frame.textCodes(name, texts, new Located(texts, name))
    frame.readByEncoder(name, { missing: true, unknown: true }, values)
    const as = columns.map(column => frame.addColumn(column))
    frame.steps.push({ op: 'one-hot', column: name, values, as })
    this.setEncoded(name, columns.map((column, i) => [column, as[i]]), false)
  }

  /** Names that encoders give to their columns; inputs are none of them. */
  private listEncoderColumns(): Set<string> {
    const found = new Set<string>()
    for (const [name, entry] of Object.entries(this.recipe.document.encoders ?? {})) {
      if (typeof entry !== 'string') continue
      const at = this.references.value(entry, ['encoders', name])
      if (at.isOpaque || at.className === undefined || at.className === 'LabelEncoder') continue
      const frame = new Frame()
      frame.addInput({ name, type: 'number' })
      for (const column of this.within(['encoders', name], () => convertTransformer(at, [name], frame))) if (column !== name) found.add(column)
    }
    return found
  }

  private derive(name: string, { source, syntax, place }: Derived, inputs: readonly string[]): void {
    const columns = namesIn(syntax)
    for (const column of columns) this.read.add(column)
    const scope: Scope = {
      names: [...inputs, ...[...this.derived.keys()].filter(own => this.frame.has(own))],
      number: column => this.numberOf(column),
      text: (column, text) => this.findText(column, text)
    }
    this.within(place, () => {
      const expression: Expression = resolveSyntax(this.recipe, source, syntax, scope, place)
      this.frame.derive(name, expression)
    })
    this.frame.read(columns.filter(column => this.frame.has(column)))
  }

  private numberOf(name: string): string | undefined {
    const encoded = this.encoded.get(name)
    if (encoded !== undefined) return encoded.isNumber ? [...encoded.columns.values()][0] : undefined
    if (!this.frame.has(name) || this.codes.has(name)) return undefined
    return name
  }

  private findText(name: string, text: string): { column: string, code: number } | undefined {
    const found = this.codes.get(name)
    if (found === undefined) return undefined
    const code = found.categories.indexOf(text)
    if (code >= 0) return { column: found.column, code }
    const { categories } = found
    throw new ConvertError(`${JSON.stringify(text)} is none of the categories of ${name}${suggest(text, categories) || `, which are ${categories.slice(0, 12).join(', ')}`}.`)
  }

  /** The frame's columns for a name of the chain's first columns. */
  private columnsOf(name: string): Array<[string, string]> {
    this.read.add(name)
    const encoded = this.encoded.get(name)
    if (encoded !== undefined) return [...encoded.columns]
    for (const [input, { columns }] of this.encoded) {
      const column = columns.get(name)
      if (column === undefined) continue
      this.read.add(input)
      return [[name, column]]
    }
    if (!this.frame.has(name)) {
      this.frame.derive(name, this.fill ?? NaN)
      return [[name, name]]
    }
    if (this.codes.has(name)) {
      this.recipe.fail(this.declared.get(name)?.place ?? ['columns'], `${JSON.stringify(name)} is text, and the chain takes numbers`, 'Give it an encoder, or take it out of the columns.')
    }
    return [[name, name]]
  }

  private within<T>(place: Path, run: () => T): T {
    return within(this.recipe, place, run)
  }
}

/** The texts of a LabelEncoder's classes; undefined for anything else. */
function readTextLabels(at: Located): string[] | undefined {
  if (at.isOpaque || at.className !== 'LabelEncoder') return undefined
  const labels = at.attr('classes_').items().map(({ value }) => value)
  return labels.length > 0 && labels.every(label => typeof label === 'string') ? labels : undefined
}

/** Errors about what a recipe refers to begin with where it does so. */
export function within<T>(recipe: RecipeFile, place: Path, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ConvertError) || error.problem.startsWith(`${recipe.name}:`)) throw error
    throw new ConvertError(`${recipe.place(place)}: ${error.problem}`, { cause: error, ...(error.hint !== undefined && { hint: error.hint }) })
  }
}
