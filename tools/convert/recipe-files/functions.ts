/** What functions do that a file has no more of than the name, as a recipe says it. */
import type { ApplyFunction, Frame } from '../common/frame.js'
import { entryOf, type RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { Scope } from '../recipe-syntax/resolve-expression.js'
import type { FunctionEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { stripName } from '../recipes/chain-plan.js'
import { readSyntax, resolveSyntax } from './expressions.js'

/** The functions of a recipe, by their names in Python. */
export class Functions {
  private readonly used = new Set<string>()

  /** For frames. */
  readonly apply: ReadonlyMap<string, ApplyFunction>

  constructor(private readonly recipe: RecipeFile) {
    const { functions = {} } = recipe.document
    this.apply = new Map(Object.entries(functions).map(([name, entry]) => {
      const place: Path = ['functions', name]
      const ways = Object.keys(entry)
      if (ways.length !== 1) recipe.fail(place, `expected one of each, adds and gives, received ${ways.join(' and ') || 'none'}`)
      return [name, (columns, frame) => {
        this.used.add(name)
        return this.compute(name, entry, columns, frame)
      }]
    }))
  }

  /** What a function makes of columns, by name; undefined for one that the recipe does not know. */
  listOutputs(name: string | undefined, columns: readonly string[]): string[] | undefined {
    const entry = entryOf(this.recipe.document.functions, name ?? '')
    if (entry === undefined || name === undefined) return undefined
    if (entry.each !== undefined) return [...columns]
    const way = entry.adds === undefined ? 'gives' : 'adds'
    return [...entry.adds === undefined ? [] : columns, ...this.recipe.keys(['functions', name, way])]
  }

  /** @throws ConvertError for a function that no file names */
  checkUse(): void {
    const idle = [...this.apply.keys()].find(name => !this.used.has(name))
    if (idle !== undefined) this.recipe.fail(['functions', idle], 'no file names such a function where it is called')
  }

  private compute(
    name: string, { each, adds, gives }: FunctionEntry, columns: readonly string[], frame: Frame
  ): string[] {
    frame.assertNotMissing(columns)
    const short = name.split('.').at(-1) ?? name
    if (each !== undefined) {
      const place = ['functions', name, 'each']
      const syntax = readSyntax(this.recipe, each, place)
      return columns.map(column => {
        const scope: Scope = { names: ['x'], number: own => own === 'x' ? column : undefined, text: () => undefined }
        return frame.derive(frame.freeName(`${short}__${column}`), resolveSyntax(this.recipe, each, syntax, scope, place))
      })
    }
    const way = adds === undefined ? 'gives' : 'adds'
    const entries = adds ?? gives ?? {}
    const made = new Map<string, string>()
    const find = (own: string) =>
      made.get(own) ?? columns.find(column => column === own) ?? columns.find(column => stripName(column) === own)
    const own = this.recipe.keys(['functions', name, way]).map(key => {
      const place = ['functions', name, way, key]
      const scope: Scope = { names: [...columns.map(stripName), ...made.keys()], number: find, text: () => undefined }
      const syntax = readSyntax(this.recipe, entries[key], place)
      const expression = resolveSyntax(this.recipe, entries[key], syntax, scope, place)
      const column = frame.derive(frame.freeName(key), expression)
      // What it gives is all there is: a name means what it was given. What it adds comes after what it added before.
      if (way === 'adds') made.set(key, column)
      return column
    })
    return way === 'adds' ? [...columns, ...own] : own
  }
}
