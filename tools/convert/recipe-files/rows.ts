/** From what callers send to the columns that the chain begins with. */
import type { Expression } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import { Frame } from '../common/frame.js'
import { Located } from '../common/located.js'
import type { Syntax } from '../recipe-syntax/parse-expression.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import { namesIn, textsIn, type Scope } from '../recipe-syntax/resolve-expression.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { suggest } from '../recipe-syntax/suggest.js'
import { checkNames } from '../recipes/plain.js'
import { Encoders } from './encoders.js'
import { readSyntax, resolveSyntax } from './expressions.js'
import { completeInput, describeCategories, describeNumber, type Declared } from './inputs.js'
import type { Functions } from './functions.js'
import type { References } from './references.js'
import { within } from './within.js'

interface Derived {
  readonly source: string | number
  readonly syntax: Syntax
  readonly place: Path
  readonly mayBeUnused: boolean
}

/** The inputs of a recipe, and what it computes of them before the chain. */
export class Rows {
  readonly frame: Frame
  readonly declared: ReadonlyMap<string, Declared>
  private readonly derived: ReadonlyMap<string, Derived>
  private readonly constants: Readonly<Record<string, number>>
  private readonly fill: number | undefined
  private readonly encoders: Encoders
  /** Inputs with the texts that expressions compare them with. */
  private readonly texts = new Map<string, string[]>()
  /** Columns that hold the codes of texts. */
  private readonly codes = new Map<string, { column: string, categories: readonly string[] }>()
  private readonly read = new Set<string>()

  constructor(
    private readonly recipe: RecipeFile, references: References, functions: Functions
  ) {
    this.frame = new Frame({
      complete: input => completeInput(recipe, input, this.declared.get(input.name)), functions: functions.apply
    })
    this.encoders = new Encoders(recipe, references, this.frame)
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
    for (const name of this.encoders.names) {
      if (!this.derived.has(name) && !Object.hasOwn(this.constants, name)) continue
      recipe.fail(['encoders', name], 'expected an input; put an encoder of a derived column into the chain')
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
    const dummies = this.encoders.listDummies(names, this.declared)
    const made = new Set([...this.derived.keys(), ...Object.keys(this.constants), ...[...dummies.values()].flat()])
    const needed = [...this.declared.keys(), ...this.encoders.names]
    // Where the recipe has inputs, what an expression reads is among them: another name is a mistake.
    const isListed = recipe.document.inputs !== undefined
    for (const { syntax } of this.derived.values()) {
      needed.push(...namesIn(syntax).filter(name => !isListed || names.includes(name)))
    }
    const outputs = this.encoders.listColumns()
    needed.push(...names.filter(name => !outputs.has(name) && (this.fill === undefined || this.declared.has(name))))
    for (const { syntax } of this.derived.values()) {
      for (const { name, text } of textsIn(syntax)) this.texts.set(name, [...this.texts.get(name) ?? [], text])
    }
    const inputs = [...new Set(needed)].filter(name => !made.has(name))
    checkNames(inputs)
    for (const name of inputs) this.addInput(name)
    this.keepTexts()
    for (const name of this.encoders.names) {
      this.within(['encoders', name], () => this.encoders.encode(name, dummies.get(name) ?? [], this.codes.get(name)?.column === name))
    }
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
    const names = [...new Set([...this.declared.keys(), ...this.encoders.names, ...this.derived.keys()])]
    for (const name of names.filter(own => !this.read.has(own))) {
      if (this.declared.get(name)?.unused === true || this.derived.get(name)?.mayBeUnused === true) continue
      const place = this.declared.get(name)?.place ?? [this.derived.has(name) ? 'derived' : 'encoders', name]
      const others = [...this.read].filter(own => !names.includes(own))
      this.recipe.fail(place, `nothing reads ${JSON.stringify(name)}${suggest(name, others)}`,
        'Take it out, or add "unused: true" if it is meant.')
    }
    const idle = Object.keys(this.constants).find(name => !this.read.has(name))
    if (idle !== undefined) {
      const others = [...this.read].filter(own => !Object.hasOwn(this.constants, own))
      this.recipe.fail(['columns', 'constants', idle], `nothing reads ${JSON.stringify(idle)}${suggest(idle, others)}`)
    }
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
  private findCategories(
    name: string, { categories, type, place }: Declared
  ): { texts: readonly string[], isOpen: boolean } | undefined {
    if (this.encoders.names.includes(name)) {
      const texts = this.encoders.textLabels(name)
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
    // What Python's arithmetic is given has to be there, whatever the model does with a missing value.
    this.frame.assertNotMissing(columns.filter(column => this.frame.has(column)))
  }

  private numberOf(name: string): string | undefined {
    const encoded = this.encoders.encoded.get(name)
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
    const near = suggest(text, categories) || `, which are ${categories.slice(0, 12).join(', ')}.`
    throw new ConvertError(`${JSON.stringify(text)} is none of the categories of ${name}${near}`)
  }

  /** The frame's columns for a name of the chain's first columns. */
  private columnsOf(name: string): Array<[string, string]> {
    this.read.add(name)
    const encoded = this.encoders.encoded.get(name)
    if (encoded !== undefined) return [...encoded.columns]
    for (const [input, { columns }] of this.encoders.encoded) {
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
