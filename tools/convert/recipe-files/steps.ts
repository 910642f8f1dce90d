/** The chain of a recipe: transformers in order, each with its columns, up to what the predictor takes. */
import { ConvertError } from '../errors/convert-error.js'
import type { Located } from '../common/located.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { ChainStep, NamesEntry, PartEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { suggest } from '../recipe-syntax/suggest.js'
import { functionLines } from '../common/opaque.js'
import { placeOn, stripName, type Stage } from '../recipes/chain-plan.js'
import { readColumnsOrCount } from '../recipes/columns.js'
import { readTexts } from '../recipes/plain-values.js'
import { isEstimator, isTransformer } from '../registry/registry.js'
import { Frame } from '../common/frame.js'
import type { Functions } from './functions.js'
import type { References } from './references.js'
import { within } from './within.js'

/** A transformer or a predictor of the chain. */
interface ChainEntry {
  readonly at: Located
  readonly place: Path
  /** The columns that it takes, where the recipe says so. */
  readonly columns: readonly string[] | undefined
  /** Names for what it makes. */
  readonly as: readonly string[] | undefined
  /** The columns that it was fitted on; a number where it knows no names; undefined where it takes any. */
  readonly fitted: readonly string[] | number | undefined
}

export interface Predictor extends ChainEntry {
  /** What output calls it. */
  readonly name: string
}

export interface Chain {
  readonly transformers: readonly ChainEntry[]
  readonly predictors: readonly Predictor[]
  /** Whether the recipe has names for the predictors. */
  readonly isNamed: boolean
}

const ONLY = 'prediction'

/** @param steps with the places where the recipe has them, those of a common chain first */
export function readChain(
  recipe: RecipeFile, references: References, functions: Functions,
  steps: ReadonlyArray<{ step: ChainStep, place: Path }>
): Chain {
  const last = steps.length - 1
  const transformers: ChainEntry[] = []
  for (const { step, place } of steps.slice(0, last)) {
    if (typeof step === 'object' && 'predictors' in step) recipe.fail(place, 'expected predictors at the end of the chain only')
    const entry = readEntry(recipe, references, step, place)
    if (entry.at.isOpaque && !functions.apply.has(entry.at.classPath ?? '')) failUnknown(recipe, entry)
    if (!entry.at.isOpaque && isEstimator(entry.at) && !isTransformer(entry.at)) recipe.fail(place, `expected a transformer, found ${entry.at.className}, which predicts`, 'The predictor is the last of the chain.')
    transformers.push(entry)
  }
  const { step, place } = steps[last]
  const isNamed = typeof step === 'object' && 'predictors' in step
  const named: ReadonlyArray<readonly [string, string | PartEntry, Path]> = isNamed
    ? recipe.keys([...place, 'predictors']).map(name => [name, step.predictors[name], [...place, 'predictors', name]])
    : [[ONLY, step, place]]
  if (named.length === 0) recipe.fail(place, 'expected at least one predictor')
  return {
    transformers,
    isNamed,
    predictors: named.map(([name, part, at]) => {
      const entry = readEntry(recipe, references, part, at)
      if (!isEstimator(entry.at)) {
        const found = entry.at.isOpaque ? entry.at.classPath : entry.at.className
        recipe.fail(at, `expected a predictor${found === undefined ? '' : `, found ${found}`}`, 'The predictor is the last of the chain.')
      }
      return { ...entry, name }
    })
  }
}

function failUnknown(recipe: RecipeFile, { at, place }: ChainEntry): never {
  const name = at.classPath ?? ''
  return recipe.fail(place, `${at.path || 'the file'} is ${name}, of which the file has no more than the name`,
    `Say what it does:\n${functionLines(name)}`)
}

function readEntry(recipe: RecipeFile, references: References, part: string | PartEntry, place: Path): ChainEntry {
  const { use, columns, as }: PartEntry = typeof part === 'string' ? { use: part } : part
  const at = references.value(use, place)
  // A function takes any columns.
  const fitted = at.isOpaque ? undefined : within(recipe, place, () => readColumnsOrCount(at))
  const given = columns === undefined ? undefined : readNames(recipe, references, columns, [...place, 'columns'])
  if (given !== undefined && fitted !== undefined) {
    const count = typeof fitted === 'number' ? fitted : fitted.length
    if (given.length !== count) {
      recipe.fail([...place, 'columns'], `expected ${count} columns, as ${at.path || 'the file'} was fitted on, received ${given.length}`)
    }
    if (typeof fitted === 'object') {
      const wrong = fitted.findIndex((name, i) => name !== given[i])
      if (wrong >= 0) {
        recipe.fail([...place, 'columns'], `expected ${JSON.stringify(fitted[wrong])} in place ${wrong + 1}, as ${at.path || 'the file'} was fitted on ${fitted.slice(0, 12).join(', ')}; received ${JSON.stringify(given[wrong])}`)
      }
    }
  }
  return { at, place, columns: given, as: as === undefined ? undefined : readNames(recipe, references, as, [...place, 'as']), fitted }
}

/** Names that are written out, or that a file has. */
export function readNames(recipe: RecipeFile, references: References, names: NamesEntry, place: Path): string[] {
  const listed = typeof names === 'string' ? within(recipe, place, () => {
    const at = references.value(names, place)
    return readTexts(at) ?? at.fail('a list of names')
  }) : names
  const twice = listed.find((name, i) => listed.indexOf(name) < i)
  if (twice !== undefined) recipe.fail(place, `${JSON.stringify(twice)} is there twice`)
  return listed
}

/**
 * The columns that the chain begins with where the recipe does not say: those that its parts were fitted on.
 * @throws ConvertError where the first of them does not know names
 */
export function listOwnColumns(
  recipe: RecipeFile, functions: Functions, { transformers, predictors }: Chain
): string[] {
  const names: string[] = []
  let arriving: readonly string[] = []
  const take = (columns: readonly string[]) => {
    const more = columns.filter(name => !arriving.includes(name))
    names.push(...more)
    arriving = [...arriving, ...more]
  }
  for (const entry of transformers) {
    const own = listNames(entry) ?? (names.length > 0 && entry.at.isOpaque ? arriving : failNameless(recipe, entry))
    take(own)
    arriving = goOn(arriving, placeEntry(recipe, functions, entry, own))
  }
  for (const entry of predictors) {
    const own = listNames(entry) ?? (transformers.length > 0 ? arriving : failNameless(recipe, entry))
    if (!areAlike(own, arriving)) take(own)
  }
  return names
}

function listNames({ columns, fitted }: ChainEntry): readonly string[] | undefined {
  return columns ?? (typeof fitted === 'object' ? fitted : undefined)
}

function failNameless(recipe: RecipeFile, { at, place, fitted }: ChainEntry): never {
  return recipe.fail(place, `${at.path || 'the file'} does not say which ${typeof fitted === 'number' ? `${fitted} ` : ''}columns it ` +
    'takes, since it was fitted on an array', 'Write them under columns, in the order of the array.')
}

function placeEntry(recipe: RecipeFile, functions: Functions, entry: ChainEntry, columns: readonly string[]): Stage {
  const { at, place, fitted, as } = entry
  const frame = new Frame({ functions: functions.apply })
  const stage = within(recipe, place, () => placeOn({ at, label: at.path, fitted }, columns, frame))
  return rename(recipe, { ...entry, as: as ?? functions.listOutputs(at.classPath, columns) }, stage)
}

/** The columns after a transformer: what it makes comes after those that it does not take. */
function goOn(arriving: readonly string[], { columns, outputs, isInPlace }: Stage): readonly string[] {
  if (columns.length === arriving.length) return outputs
  return isInPlace ? arriving : [...arriving.filter(name => !columns.includes(name)), ...outputs]
}

/** Whether names are the same but for what tells apart those that a transformer makes. */
function areAlike(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, i) => stripName(name) === stripName(others[i]))
}

/** The chain on its columns. */
export interface Plan {
  readonly stages: readonly Stage[]
  /** For each predictor what it takes, in order. */
  readonly features: ReadonlyArray<readonly string[]>
}

/**
 * @param block the columns that the chain begins with, in order
 * @throws ConvertError where the recipe contradicts what its files know
 */
export function planSteps(
  recipe: RecipeFile, functions: Functions, { transformers, predictors }: Chain, block: readonly string[]
): Plan {
  const stages: Stage[] = []
  let arriving = block
  for (const entry of transformers) {
    const columns = chooseColumns(recipe, entry, arriving)
    if (entry.columns === undefined && columns.length === arriving.length) assertOrder(recipe, entry, columns, arriving)
    const stage = placeEntry(recipe, functions, entry, columns)
    stages.push(stage)
    arriving = goOn(arriving, stage)
    const twice = arriving.find((name, i) => arriving.indexOf(name) < i)
    if (twice !== undefined) recipe.fail(entry.place, `makes a second column ${JSON.stringify(twice)}`)
  }
  const features = predictors.map(entry => chooseColumns(recipe, entry, arriving))
  assertAllRead(recipe, block, stages, features, predictors)
  return { stages, features }
}

/** Python takes a DataFrame's columns only in the order in which they were fitted. */
function assertOrder(
  recipe: RecipeFile, { at, place }: ChainEntry, columns: readonly string[], arriving: readonly string[]
): void {
  if (columns.every((name, i) => name === arriving[i])) return
  recipe.fail(recipe.document.columns === undefined ? place : ['columns'],
    `expected the order of ${at.path || 'the file'}, ${shorten(columns)}, received ${shorten(arriving)}`,
    'If your code changes the order, say so in the chain: {use: FILE, columns: [...]}.')
}

/** @throws ConvertError for a column that comes to the chain, or is made in it, for nothing */
function assertAllRead(
  recipe: RecipeFile, block: readonly string[], stages: readonly Stage[], features: ReadonlyArray<readonly string[]>,
  predictors: readonly Predictor[]
): void {
  const last = new Set(features.flat())
  const isRead = (name: string, from: number) =>
    last.has(name) || stages.some(({ columns }, i) => i >= from && columns.includes(name))
  const idle = block.find(name => !isRead(name, 0))
  const hint = `The predictor takes ${shorten(features[0])}.`
  if (idle !== undefined) {
    recipe.fail(recipe.document.columns === undefined ? ['chain'] : ['columns'], `nothing in the chain takes ${JSON.stringify(idle)}`, hint)
  }
  const isChosen = predictors.every(({ columns }) => columns !== undefined)
  stages.forEach(({ part, outputs, isInPlace }, i) => {
    const lost = outputs.filter(name => !isRead(name, i + 1))
    if (lost.length === 0 || (lost.length < outputs.length && (isInPlace || isChosen))) return
    recipe.fail(predictors[0].place, `nothing takes ${shorten(lost)}, which ${part.label || 'the file'} makes`, hint)
  })
}

const MAX_LISTED = 12

function shorten(names: readonly string[]): string {
  return names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '')
}

/** What a transformer makes, by the names that the recipe has for it. */
function rename(recipe: RecipeFile, { as, place }: ChainEntry, stage: Stage): Stage {
  if (as === undefined) return stage
  if (as.length !== stage.outputs.length) {
    recipe.fail([...place, 'as'], `expected ${stage.outputs.length} names, as ${stage.part.label || 'the file'} makes ${stage.outputs.slice(0, 12).join(', ')}; received ${as.length}`)
  }
  return { ...stage, outputs: as, isInPlace: false }
}

/** The columns that a part takes of those that come to it. */
function chooseColumns(
  recipe: RecipeFile, { at, place, columns, fitted }: ChainEntry, arriving: readonly string[]
): readonly string[] {
  const label = at.path || 'the file'
  if (columns === undefined && typeof fitted !== 'object') {
    if (fitted === undefined || fitted === arriving.length) return arriving
    return recipe.fail(place, `${label} takes ${fitted} columns and does not say which, since it was fitted on an array; ${arriving.length} come to it: ${shorten(arriving)}`,
      'Say which: {use: FILE, columns: [...]}.')
  }
  const own = columns ?? (fitted as readonly string[])
  const lacking = own.find(name => !arriving.includes(name))
  if (lacking === undefined) return own
  // What transformers make has other names here and there.
  if (areAlike(own, arriving)) return arriving
  throw new ConvertError(
    `${recipe.place(columns === undefined ? place : [...place, 'columns'])}: ${label} takes ${JSON.stringify(lacking)}, which does not come to it` +
    `${suggest(lacking, arriving) || `; ${shorten(arriving)} do`}.`
  )
}
