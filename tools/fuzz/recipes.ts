/** Mutated recipes beside files that stay as they are, through the whole conversion. */
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { convert } from '../convert/convert.js'
import { ConvertError } from '../convert/errors/convert-error.js'
import type { ModelFile } from '../convert/sources/open-file.js'
import { FIXTURES } from './corpus.js'
import type { FuzzCase, Fuzzer } from './shared/fuzzer.js'
import { mutateText } from './shared/mutate-bytes.js'
import { mutateJson, type JsonObject } from './shared/mutate-json.js'
import { pick, randomOf, type Random } from './shared/random.js'

/** A recipe with the files that it is about. */
interface Service {
  readonly path: string
  readonly recipe: string
  readonly files: readonly ModelFile[]
}

/** The services among the fixtures. */
export async function readServices(): Promise<Service[]> {
  const folder = join(FIXTURES, 'recipes')
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(({ name }) => join(folder, name)).sort()
  return Promise.all(names.map(async path => {
    const files = (await readdir(path)).filter(name => name.endsWith('.pkl')).sort()
    return {
      path: join(path, 'recipe.yaml'),
      recipe: await readFile(join(path, 'recipe.yaml'), 'utf8'),
      files: await Promise.all(files.map(async name => ({ name, bytes: await readFile(join(path, name)) })))
    }
  }))
}

export function fuzzRecipes(services: readonly Service[], seed: number): Fuzzer {
  return { make: number => makeCase(services, randomOf(seed, 'recipes', number)) }
}

function makeCase(services: readonly Service[], random: Random): FuzzCase {
  const { path, recipe, files } = pick(random, services)
  const bytes = mutate(recipe, pick(random, services).recipe, random)
  return {
    source: path,
    bytes,
    async run() {
      try {
        await convert(files, { recipe: { name: basename(path), bytes } })
        return 'accepted'
      } catch (error) {
        if (error instanceof ConvertError) return 'refused'
        throw error
      }
    }
  }
}

function mutate(recipe: string, other: string, random: Random): Uint8Array {
  const chance = random()
  if (chance < 0.3) return mutateText(Buffer.from(recipe), random)
  if (chance < 0.6) {
    const document = parse(recipe) as JsonObject
    mutateJson(document, random)
    return Buffer.from(JSON.stringify(document))
  }
  if (chance < 0.85) return Buffer.from(mutateWords(recipe, other, random))
  const lines = recipe.split('\n')
  lines.splice(Math.floor(random() * lines.length), Math.floor(random() * 3), pick(random, other.split('\n')))
  return Buffer.from(lines.join('\n'))
}

/** What expressions and references consist of, and names that every object of JavaScript has. */
const WORDS = [
  '+', '-', '*', '/', '//', '%', '**', '<', '>=', '==', '!=', 'and', 'or', 'not', 'in', 'if', 'else', '(', ')', '[', ']', ',', '"Basic"',
  '0', '1e308', '-0', '0.5', 'round', 'min', 'log', 'float', 'prediction', 'x', 'constructor', '__proto__', 'toString', '#', '~1', '{}', '[]'
]

/** Words replaced by others, of the same recipe, of another, or of the language. */
function mutateWords(recipe: string, other: string, random: Random): string {
  const words = recipe.split(/(\b|\s+)/)
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const word = random() < 0.5 ? pick(random, WORDS) : pick(random, random() < 0.5 ? words : other.split(/\b/))
    words[Math.floor(random() * words.length)] = word
  }
  return words.join('')
}
