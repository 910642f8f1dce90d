/** What callers send, as a recipe says it. */
import type { CategoryInput, Input, NumberInput } from '../../../src/dump/dump.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { CategoryEntry, InputEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { suggest } from '../recipe-syntax/suggest.js'

/** An entry with what columns.defaults says of the input. */
export interface Declared extends InputEntry {
  readonly name: string
  /** Where a message points to. */
  readonly place: Path
}

/** An input of text with categories that are known before anything is converted. */
export function describeCategories(recipe: RecipeFile, entry: Declared, categories: readonly string[]): CategoryInput {
  checkText(recipe, entry)
  const { name, description, example, fallback, place } = entry
  const find = (given: CategoryEntry, key: Path) => findCategory(recipe, given, categories, [...place, ...key])
  const missing = fallback?.missing
  return {
    name,
    type: 'category',
    ...(description !== undefined && { description }),
    categories: [...categories],
    example: example === undefined ? categories[0] : find(asCategory(recipe, example, [...place, 'example']), ['example']),
    ...(fallback !== undefined && {
      fallback: {
        ...(missing !== undefined && { missing: find(asCategory(recipe, missing, [...place, 'fallback', 'missing']), ['fallback', 'missing']) }),
        ...(fallback.unknown !== undefined && { unknown: find(fallback.unknown, ['fallback', 'unknown']) })
      }
    })
  }
}

/** An input of numbers, or of what encoders have yet to say. */
export function describeNumber(recipe: RecipeFile, entry: Declared): NumberInput {
  const { name, type, description, unit, minimum, maximum, example, fallback, place } = entry
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    recipe.fail([...place, 'maximum'], `expected a number from ${minimum} on, the minimum, received ${maximum}`)
  }
  const number = (value: unknown, key: Path): number => {
    if (typeof value === 'boolean' && type === 'boolean') return Number(value)
    if (typeof value !== 'number') return recipe.fail([...place, ...key], `expected a ${type === 'boolean' ? 'true or false' : 'number'}, as the input is none of text`)
    const isWithin = value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity)
    return isWithin || key[0] === 'fallback' ? value
      : recipe.fail([...place, ...key], `expected a number between the minimum and the maximum, received ${value}`)
  }
  return {
    name,
    type: 'number',
    ...(description !== undefined && { description }),
    ...(minimum !== undefined && { minimum }),
    ...(unit !== undefined && { unit }),
    ...(maximum !== undefined && { maximum }),
    ...(type === 'boolean' && { values: [0, 1], boolean: true as const }),
    ...(example !== undefined ? { example: number(example, ['example']) } : type === 'boolean' && { example: 0 }),
    ...(fallback?.missing !== undefined && { fallback: { missing: number(fallback.missing, ['fallback', 'missing']) } })
  }
}

/** An input that encoders made one of text, with what the recipe says of it. */
export function completeInput(recipe: RecipeFile, input: Input, entry: Declared | undefined): Input {
  if (entry === undefined) return input
  if (input.type === 'category') {
    const described = describeCategories(recipe, entry, input.categories)
    const fallback = { ...input.fallback, ...described.fallback }
    return {
      ...described,
      ...(Object.keys(fallback).length > 0 && { fallback }),
      ...(input.renamed === true && { renamed: true as const })
    }
  }
  if (entry.type === 'category') recipe.fail([...entry.place, 'type'], 'expected number, as no encoder and no expression takes it for text')
  if (entry.fallback?.unknown !== undefined) recipe.fail([...entry.place, 'fallback', 'unknown'], 'expected no such key of an input of numbers')
  return input
}

const OF_NUMBERS = ['unit', 'minimum', 'maximum'] as const

function checkText(recipe: RecipeFile, entry: Declared): void {
  if (entry.type !== undefined && entry.type !== 'category') {
    recipe.fail([...entry.place, 'type'], `expected category, as its encoder takes texts, received ${entry.type}`)
  }
  for (const key of OF_NUMBERS) {
    if (entry[key] !== undefined) recipe.fail([...entry.place, key], 'expected no such key of an input of text')
  }
}

function asCategory(recipe: RecipeFile, given: number | boolean | CategoryEntry, place: Path): CategoryEntry {
  if (typeof given !== 'number' && typeof given !== 'boolean') return given
  return recipe.fail(place, `expected a category, as the input is text, received ${given}`)
}

function findCategory(recipe: RecipeFile, given: CategoryEntry, categories: readonly string[], place: Path): string {
  const wanted = Array.isArray(given) ? given : [given]
  const found = wanted.map(one => typeof one === 'string' ? categories.find(category => category === one) : categories[one.code])
    .find(category => category !== undefined)
  if (found !== undefined) return found
  const [first] = wanted
  const shown = wanted.map(one => typeof one === 'string' ? JSON.stringify(one) : `code ${one.code}`).join(' or ')
  const near = typeof first === 'string' ? suggest(first, categories) : ''
  return recipe.fail(place, `${shown} is none of the categories${near || `, which are ${categories.slice(0, 12).join(', ')}`}`)
}
