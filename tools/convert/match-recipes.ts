import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catboostRecipe } from './catboost/recipe.js'
import { lightgbmRecipe } from './lightgbm/recipe.js'
import { mljsRecipe } from './mljs/recipe.js'
import { jsonError } from './containers/container.js'
import type { FileFacts, SourceFile } from './common/source-file.js'
import { ConvertError, prefixFile } from './errors/convert-error.js'
import { findOpaque } from './pickle/find-name.js'
import { describeValue } from './pickle/values.js'
import { describeOpaque } from './common/opaque.js'
import { onnxRecipe } from './onnx/recipe.js'
import { xgboostRecipe } from './xgboost/recipe.js'
import { chainRecipe } from './recipes/chain.js'
import { holdsPredictor, isCompanion } from './recipes/chain-parts.js'
import { isTransformer } from './registry/registry.js'
import { plainRecipe } from './recipes/plain.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import { toRecipes } from './recipe-files/build.js'
import { listParts } from './recipe-files/references.js'
import { RecipeFile } from './recipe-syntax/recipe-file.js'
import { suggest } from './recipe-syntax/suggest.js'
import type { Part, Recipe } from './common/recipe.js'

/** Recipe files of this package, which recognise their files by what these contain, the most particular first. */
const SHIPPED = ['recall-recommend.yaml', 'recall-churn.yaml']

let all: readonly Recipe[] | undefined

/** Recipes that recognise their files by themselves, the most particular first. */
function listRecipes(): readonly Recipe[] {
  return all ??= [...SHIPPED.flatMap(readShipped), chainRecipe, plainRecipe, ...OTHERS]
}

function readShipped(file: string): Recipe[] {
  return toRecipes(RecipeFile.parse(file, readFileSync(join(PACKAGE_ROOT, 'recipes', file))))
}

/** Of models that no pickle holds. */
const OTHERS: readonly Recipe[] = [mljsRecipe, lightgbmRecipe, xgboostRecipe, catboostRecipe, onnxRecipe]

/** A recipe with a file for each of its parts. */
export interface Match {
  readonly recipe: Recipe
  readonly files: readonly SourceFile[]
  /** The recipe file that somebody wrote for them. */
  readonly written?: FileFacts
}

/**
 * Deals the files out to recipes; every file must find a place, each in one model.
 * @param only name of the one recipe to use
 * @throws ConvertError for a file that no recipe takes, or a recipe that lacks a file
 */
export function matchRecipes(files: readonly SourceFile[], only?: string): Match[] {
  const known = listRecipes()
  const recipes = only === undefined ? known : known.filter(recipe => recipe.name === only)
  if (recipes.length === 0) {
    throw new ConvertError(`There is no recipe "${only}".`, {
      hint: `There are ${known.map(r => r.name).join(', ')}; a recipe of your own is a file whose name ends with .yaml, .yml or .json.`
    })
  }
  const matches: Match[] = []
  let rest = [...files]
  for (const recipe of recipes) {
    if (recipe === chainRecipe) {
      const chain = findChain(rest)
      if (chain === undefined) continue
      matches.push({ recipe, files: chain })
      rest = rest.filter(file => !chain.includes(file))
      continue
    }
    for (let found = takeParts(recipe, rest); found !== undefined; found = takeParts(recipe, rest)) {
      matches.push({ recipe, files: found })
      const taken = found
      rest = rest.filter(file => !taken.includes(file))
    }
    const partial = rest.filter(file => recipe.parts.some(part => fits(recipe, part, file)))
    if (partial.length > 0) throw lacksParts(recipe, partial)
  }
  if (rest.length > 0) throw fitsNowhere(rest[0], recipes)
  return matches
}

/** Longest name that a message repeats. */
const MAX_SHOWN = 100

/**
 * The models of a recipe file. Each of the files must have a part in it, and it must find all that it names.
 * @throws ConvertError for a file that it does not name, or one that is not there
 */
export function matchRecipeFile(recipe: RecipeFile, files: readonly SourceFile[]): Match[] {
  const recipes = toRecipes(recipe)
  const found = listParts(recipe).map(part => {
    const [file, another] = files.filter(own => part.matches(own))
    const names = files.map(own => own.file)
    if (another !== undefined) {
      return recipe.fail(part.place, `is said of two files, ${file.file} and ${another.file}`, 'Name one of them in the command.')
    }
    return file ?? recipe.fail(part.place, `needs ${JSON.stringify(part.what.slice(0, MAX_SHOWN))}, which is none of the files` +
      suggest(part.what, names), `Name it in the command, which has ${names.join(', ')}.`)
  })
  const strange = files.find(file => !found.includes(file))
  if (strange !== undefined) {
    throw new ConvertError(`${strange.file}: ${recipe.name} does not mention it.`, {
      hint: 'Leave it out of the command, or use it in the recipe.'
    })
  }
  return recipes.map(own => ({ recipe: own, files: found }))
}

/**
 * A predictor with the files that stand beside it, in the order that was given; undefined where there are none.
 * @throws ConvertError where it cannot be told which model they belong to
 */
function findChain(files: readonly SourceFile[]): SourceFile[] | undefined {
  const isModel = (file: SourceFile) => OTHERS.some(recipe => recipe.parts.some(part => fits(recipe, part, file)))
  const companions = files.filter(file => isCompanion(file) && !isModel(file))
  const predictors = files.filter(holdsPredictor)
  if (companions.length === 0 || predictors.length === 0) return undefined
  if (predictors.length === 1) return files.filter(file => companions.includes(file) || predictors.includes(file))
  throw new ConvertError(
    `${companions.map(({ file }) => file).join(', ')} could belong to ${predictors.map(({ file }) => file).join(' or ')}.`,
    { hint: 'Convert one model at a time, and name with each the files that belong to it.' }
  )
}

function fits({ kinds }: Recipe, part: Part<SourceFile>, file: SourceFile): boolean {
  return kinds.includes(file.kind) && part.matches(file)
}

/** One file for each part; undefined when one of them is not there. */
function takeParts(recipe: Recipe, files: readonly SourceFile[]): SourceFile[] | undefined {
  const found = recipe.parts.map(part => files.find(file => fits(recipe, part, file)))
  return found.every(file => file !== undefined) ? found : undefined
}

function lacksParts(recipe: Recipe, files: readonly SourceFile[]): ConvertError {
  const lacking = recipe.parts.filter(part => !files.some(file => fits(recipe, part, file))).map(part => part.what)
  return new ConvertError(
    `${files.map(file => file.file).join(', ')}: the recipe ${recipe.name} also needs ${lacking.join(' and ')}.`,
    { hint: 'Name all of its files in one command, or use --recipe plain for a forest that needs no others.' }
  )
}

function fitsNowhere(source: SourceFile, recipes: readonly Recipe[]): ConvertError {
  const { file } = source
  const other = listRecipes().find(recipe =>
    !recipes.includes(recipe) && recipe.parts.some(part => fits(recipe, part, source)))
  if (other !== undefined) {
    return new ConvertError(`${file}: the recipe ${recipes[0].name} does not take it.`, {
      hint: `Leave out --recipe, or use --recipe ${other.name}.`
    })
  }
  if (source.kind !== 'pickle') return prefixFile(jsonError('The file'), file)
  const { root } = source
  if (isTransformer(root)) {
    return new ConvertError(`${file}: holds no predictor, but ${describeValue(root.value)}.`, {
      hint: `Name it together with the pickle of the predictor that it belongs to: recall-ml convert ${file} model.pkl --out FOLDER`
    })
  }
  const unknown = findOpaque(root.value ?? null)
  if (unknown !== undefined) return prefixFile(describeOpaque(...unknown), file)
  const wanted = recipes.flatMap(recipe => recipe.parts.map(part => `${part.what} [${recipe.name}]`))
  return new ConvertError(`${file}: no recipe knows what to do with ${describeValue(root.value)}.`, {
    hint: `Recipes take ${wanted.join('; ')}.`
  })
}
