/** What makes columns of numbers of the texts that callers send, one input at a time. */
import { Frame } from '../common/frame.js'
import { Located } from '../common/located.js'
import { Dict } from '../pickle/values.js'
import { entryOf, type RecipeFile } from '../recipe-syntax/recipe-file.js'
import { pushCodes } from '../recipes/column-codes.js'
import { readColumnsOrCount } from '../recipes/columns.js'
import { convertTransformer } from '../registry/registry.js'
import { pushLookup, readCategories } from '../sklearn/categories.js'
import type { References } from './references.js'
import { within } from './within.js'

/** What has become of an input. */
interface Encoded {
  /** By the names that the chain has for them. */
  readonly columns: ReadonlyMap<string, string>
  /** Whether it is one column of numbers, which expressions can compute with. */
  readonly isNumber: boolean
}

/** The encoders of a recipe. */
export class Encoders {
  private readonly done = new Map<string, Encoded>()

  constructor(
    private readonly recipe: RecipeFile, private readonly references: References, private readonly frame: Frame
  ) {}

  /** The inputs that have one, in the order of the recipe. */
  get names(): string[] {
    return this.recipe.keys(['encoders'])
  }

  /** The inputs that are encoded by now, and their columns. */
  get encoded(): ReadonlyMap<string, Encoded> {
    return this.done
  }

  /** The texts that an input's LabelEncoder knows; undefined where it has none, or one of numbers. */
  textLabels(name: string): string[] | undefined {
    const entry = entryOf(this.recipe.document.encoders, name)
    if (typeof entry !== 'string') return undefined
    const at = this.references.value(entry, ['encoders', name])
    if (at.isOpaque || at.className !== 'LabelEncoder') return undefined
    const labels = at.attr('classes_').items().map(({ value }) => value)
    return labels.length > 0 && labels.every(label => typeof label === 'string') ? labels : undefined
  }

  /**
   * Puts numbers in the place of an input's texts.
   * @param dummies the columns that pandas makes of it
   * @param isCoded whether the input holds the codes of its encoder's labels already
   */
  encode(name: string, dummies: readonly string[], isCoded: boolean): void {
    const { recipe, frame } = this
    const entry = entryOf(recipe.document.encoders, name)
    if (entry === undefined) return
    const place = ['encoders', name]
    if (typeof entry === 'object' && 'dummies' in entry) return this.encodeDummies(name, entry.dummies, dummies)
    if (typeof entry === 'object') {
      const keys = recipe.values([...place, 'map'])
      if (keys.length === 0) recipe.fail([...place, 'map'], 'expected at least one key')
      const categories = readCategories(new Located(keys, `${name}.map`), name, frame)
      pushLookup(name, { categories, results: keys.map(key => entry.map[String(key)]), unknown: entry.default }, frame)
      return this.setEncoded(name, [[name, name]], true)
    }
    const at = this.references.value(entry, place)
    if (isCoded && at.className === 'LabelEncoder') return this.setEncoded(name, [[name, name]], true)
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
    this.done.set(name, { columns: new Map(columns), isNumber })
  }

  /** The columns of each input that pandas makes dummies of, by the prefix of their names. */
  listDummies(names: readonly string[], declared: ReadonlyMap<string, unknown>): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [name, entry] of Object.entries(this.recipe.document.encoders ?? {})) {
      if (typeof entry !== 'object' || !('dummies' in entry)) continue
      const own = names.filter(column =>
        column.startsWith(entry.dummies) && column.length > entry.dummies.length && !declared.has(column))
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
  listColumns(): Set<string> {
    const found = new Set<string>()
    for (const [name, entry] of Object.entries(this.recipe.document.encoders ?? {})) {
      if (typeof entry !== 'string') continue
      const at = this.references.value(entry, ['encoders', name])
      if (at.isOpaque || at.className === undefined || at.className === 'LabelEncoder') continue
      const frame = new Frame()
      frame.addInput({ name, type: 'number' })
      const columns = within(this.recipe, ['encoders', name], () => convertTransformer(at, [name], frame))
      for (const column of columns) if (column !== name) found.add(column)
    }
    return found
  }
}
