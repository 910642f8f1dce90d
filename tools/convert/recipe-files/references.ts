/** The files that a recipe is about: what its references mean, and what none of them mentions. */
import { ConvertError } from '../errors/convert-error.js'
import { Located } from '../common/located.js'
import type { Provenance } from '../../../src/dump/dump.js'
import type { Part } from '../common/recipe.js'
import type { SourceFile } from '../common/source-file.js'
import { Dict, Instance, Tuple, describeValue } from '../pickle/values.js'
import type { FileEntry, PartEntry } from '../recipe-syntax/schema.js'
import { entryOf, type RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { suggest } from '../recipe-syntax/suggest.js'
import { readNotes } from '../recipes/beside.js'
import { listEntries, type Entry } from '../recipes/bundle.js'
import { openRoot } from '../registry/open-root.js'

/** A reference in a recipe, taken apart. */
interface Reference {
  /** The file's name, or the one that the recipe gives it. */
  readonly file: string
  readonly keys: readonly string[]
}

/** `bundle.pkl#encoders/city`; `~1` is a slash within a key, `~0` a tilde, as in a JSON Pointer. */
function splitReference(reference: string): Reference {
  const hash = reference.indexOf('#')
  if (hash < 0) return { file: reference, keys: [] }
  const keys = reference.slice(hash + 1).split('/').map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return { file: reference.slice(0, hash), keys }
}

/** The reverse of {@link splitReference}. */
export function joinReference(file: string, keys: readonly string[]): string {
  return keys.length === 0 ? file : `${file}#${keys.map(key => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
}

/** A file that a recipe needs. */
interface FilePart extends Part<SourceFile> {
  /** What the recipe calls it. */
  readonly file: string
  /** Where it does so first. */
  readonly place: Path
}

/** What the recipe needs of files, one part for each, in the order in which it mentions them. */
export function listParts(recipe: RecipeFile): FilePart[] {
  const { files } = recipe.document
  const parts = new Map<string, FilePart>()
  for (const name of recipe.keys(['files'])) {
    parts.set(name, { file: name, place: ['files', name], ...toPart(entryOf(files, name) ?? name) })
  }
  for (const { text, place } of listReferences(recipe)) {
    const { file } = splitReference(text)
    if (!parts.has(file)) parts.set(file, { file, place, ...toPart(file) })
  }
  return [...parts.values()]
}

interface Mention {
  readonly text: string
  readonly place: Path
}

/** Every reference in a recipe: its texts where the schema has references. */
function listReferences(recipe: RecipeFile): Mention[] {
  const { document } = recipe
  const mentions: Mention[] = []
  const add = (value: unknown, place: Path) => {
    if (typeof value === 'string') mentions.push({ text: value, place })
  }
  const addPart = (part: string | PartEntry, place: Path) => {
    if (typeof part === 'string') return add(part, place)
    add(part.use, [...place, 'use'])
    add(part.columns, [...place, 'columns'])
    add(part.as, [...place, 'as'])
  }
  const addModel = ({ chain, output = {} }: Pick<RecipeFile['document'], 'chain' | 'output'>, place: Path) => {
    chain.forEach((step, i) => {
      const at = [...place, 'chain', i]
      if (typeof step === 'string' || !('predictors' in step)) return addPart(step, at)
      for (const [name, part] of Object.entries(step.predictors)) addPart(part, [...at, 'predictors', name])
    })
    const { calibrator, threshold, labels } = output
    add(calibrator, [...place, 'output', 'calibrator'])
    if (typeof threshold === 'object') add(threshold.above, [...place, 'output', 'threshold', 'above'])
    else add(threshold, [...place, 'output', 'threshold'])
    add(labels, [...place, 'output', 'labels'])
  }
  addModel(document, [])
  for (const [name, model] of Object.entries(document.models ?? {})) addModel(model, ['models', name])
  for (const [name, encoder] of Object.entries(document.encoders ?? {})) add(encoder, ['encoders', name])
  const { columns } = document
  if (typeof columns === 'object' && 'names' in columns) add(columns.names, ['columns', 'names'])
  else add(columns, ['columns'])
  document.ignore?.forEach((reference, i) => { add(reference, ['ignore', i]) })
  return mentions
}

function toPart(entry: FileEntry): Part<SourceFile> {
  if (typeof entry === 'string') return { what: entry, matches: ({ file }) => file === entry }
  const { what, class: className, columns, keys = [], classes = {} } = entry
  return {
    what,
    matches(file) {
      if (file.kind !== 'pickle') return false
      const { root } = file
      const { value } = root
      const wanted = [...keys, ...Object.keys(classes)]
      const hasKeys = wanted.every(key => value instanceof Dict && value.get(key) !== undefined)
      return hasKeys && (className === undefined || root.className === className) &&
        (columns === undefined || hasColumns(root, columns)) &&
        Object.entries(classes).every(([key, name]) => !root.key(key).isOpaque && root.key(key).className === name)
    }
  }
}

function hasColumns(estimator: Located, columns: readonly string[]): boolean {
  const names = estimator.attr('feature_names_in_')
  if (names.isAbsent) return false
  const fitted = names.items().map(item => item.value)
  return fitted.length === columns.length && columns.every((column, i) => column === fitted[i])
}

/** What the references of a recipe mean. */
export class References {
  private readonly files = new Map<string, { file: SourceFile, root: Located }>()

  /** @param files one for each of the recipe's parts */
  constructor(private readonly recipe: RecipeFile, files: readonly SourceFile[]) {
    listParts(recipe).forEach(({ file: name }, i) => {
      this.files.set(name, { file: files[i], root: openRoot(files[i], files.length > 1) })
    })
  }

  /** The file of a reference, and what is under its keys in it; a model that is no pickle has no value. */
  find(reference: string, place: Path): { file: SourceFile, at: Located } {
    const { file: name, keys } = splitReference(reference)
    const found = this.files.get(name)
    if (found === undefined) return this.recipe.fail(place, `no file is called ${JSON.stringify(name)}${suggest(name, this.files.keys())}`)
    return { file: found.file, at: keys.reduce((at, key) => this.step(at, key, place), found.root) }
  }

  /** The same, of what has to be an object of a pickle, or JSON. */
  value(reference: string, place: Path): Located {
    return this.find(reference, place).at
  }

  private step(at: Located, key: string, place: Path): Located {
    const { value } = at
    const children = listChildren(at)
    const child = children.find(({ key: own }) => own === key)
    if (child !== undefined) return child.at
    const keys = children.map(({ key: own }) => own)
    return this.recipe.fail(place, keys.length === 0
      ? `expected a dict or a list to find ${JSON.stringify(key)} in, found ${describeValue(value ?? null)}`
      : `there is no ${JSON.stringify(key)} in ${at.path || 'the file'}${suggest(key, keys)}; there are ${keys.slice(0, 12).join(', ')}`)
  }

  /**
   * What the files hold besides, which has to be notes.
   * @param model the predictor, for messages
   * @throws ConvertError for what may have a part in the prediction, and for what is ignored and not in a file of a
   *   fixed name; those that are told by their content need not have the same notes
   */
  noteRest(model: Located): NonNullable<Provenance['beside']> {
    const { files, ignore = [] } = this.recipe.document
    ignore.forEach((reference, i) => {
      const entry = entryOf(files, splitReference(reference).file)
      if (entry === undefined || typeof entry === 'string') this.find(reference, ['ignore', i])
    })
    const all = listReferences(this.recipe).map(({ text }) => splitReference(text))
    const rest = [...this.files].flatMap(([name, { root, file }]) => {
      const used = all.filter(reference => reference.file === name).map(({ keys }) => keys)
      if (used.length > 0) return used.some(path => path.length === 0) ? [] : unmentioned(root, used, [])
      throw new ConvertError(`${file.file}: ${this.recipe.name} names the file and does not use it.`, {
        hint: `Use it, or write "ignore: [${name}]".`
      })
    })
    const remedy = ({ at }: Entry) => `Use it in ${this.recipe.name}, or list it there under ignore if it has no part in the prediction: ${at.path}.`
    return readNotes({ model, others: rest, kind: this.files.size > 1 ? 'set of files' : 'file', remedy })
  }
}

/** What has keys or places of its own, by these as texts. */
export function listChildren(at: Located): Array<{ key: string, at: Located }> {
  if (at.isOpaque) return []
  const { value } = at
  if (value instanceof Dict) {
    return at.entries().map(({ key, at: inner }) => ({ key: showKey(key), at: inner }))
  }
  if (value instanceof Instance && value.type.name === 'Bunch') return listEntries(at).map(({ key = '', at: inner }) => ({ key, at: inner }))
  const isList = Array.isArray(value) || value instanceof Tuple
  return isList ? at.items().map((inner, i) => ({ key: String(i), at: inner })) : []
}

function showKey(key: Located): string {
  const value = key.isOpaque ? undefined : key.value
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** What is beside the places that were asked for. */
function unmentioned(at: Located, used: readonly Path[], path: Path): Entry[] {
  const isUsed = used.some(other => other.every((key, i) => key === path[i]))
  if (isUsed) return []
  const isAround = used.some(other => path.every((key, i) => key === other[i]))
  if (!isAround) return [{ key: String(path.at(-1) ?? ''), at }]
  return listChildren(at).flatMap(child => unmentioned(child.at, used, [...path, child.key]))
}
