/** Recipes from files: each makes a model as its file says. */
import type { Converted, Recipe } from '../common/recipe.js'
import type { SourceFile } from '../common/source-file.js'
import type { Progress } from '../common/estimator.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { OutputEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { applyStages } from '../recipes/chain.js'
import { describeEstimator, readSklearnVersion } from '../recipes/describe-estimator.js'
import { nameModel } from '../recipes/plain.js'
import { assertScaled } from '../recipes/unscaled.js'
import { convertPlaced } from '../registry/registry.js'
import { Functions } from './functions.js'
import { Output } from './output.js'
import { assertInRange } from './ranges.js'
import { References, listParts } from './references.js'
import { Rows } from './rows.js'
import { within } from './within.js'
import { listOwnColumns, planSteps, readChain, readNames } from './steps.js'

/** One of the models of a recipe. */
interface Model {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly chain: ReadonlyArray<{ step: RecipeFile['document']['chain'][number], place: Path }>
  readonly output: OutputEntry
  readonly place: Path
}

/** The recipes that a file has: one, or one for each of its models. */
export function toRecipes(recipe: RecipeFile): Recipe[] {
  const name = recipe.name.replace(/\.(ya?ml|json)$/i, '')
  const parts = listParts(recipe)
  return listModels(recipe).map(model => ({
    name, kinds: ['pickle', 'json', 'text', 'catboost', 'onnx'], parts, build: (files, progress) => build(recipe, model, files, progress)
  }))
}

function listModels(recipe: RecipeFile): Model[] {
  const { name, description, chain, output = {}, models } = recipe.document
  const steps = chain.map((step, i) => ({ step, place: ['chain', i] as Path }))
  if (models === undefined) return [{ name, description, chain: steps, output, place: ['output'] }]
  if (recipe.document.output !== undefined) recipe.fail(['output'], 'expected an output in each of the models, and none for all')
  if (name !== undefined) recipe.fail(['name'], 'expected no name beside models, whose keys are their names')
  return recipe.keys(['models']).map(key => ({
    name: key,
    description: models[key].description ?? description,
    chain: [...steps, ...models[key].chain.map((step, i) => ({ step, place: ['models', key, 'chain', i] as Path }))],
    output: models[key].output ?? {},
    place: ['models', key, 'output']
  }))
}

function build(recipe: RecipeFile, model: Model, files: readonly SourceFile[], progress: Progress): Converted {
  const references = new References(recipe, files)
  const { columns: given } = recipe.document
  const functions = new Functions(recipe)
  const chain = readChain(recipe, references, functions, model.chain)
  const rows = new Rows(recipe, references, functions)
  const isLong = typeof given === 'object' && 'names' in given
  const names = given === undefined ? listOwnColumns(recipe, functions, chain)
    : readNames(recipe, references, isLong ? given.names : given, isLong ? ['columns', 'names'] : ['columns'])
  const { block, columns } = rows.build(names)
  const plan = planSteps(recipe, functions, chain, block)
  const { frame } = rows
  const arriving = applyStages({ stages: plan.stages, features: [...new Set(plan.features.flat())] }, frame, columns)
  const places = new Map([...new Set(plan.features.flat())].map((name, i) => [name, arriving[i]]))
  const predictors = chain.predictors.map((entry, i) => {
    const own = plan.features[i].map(name => places.get(name) ?? name)
    const isAlone = chain.predictors.length === 1 || entry.at.className !== 'Pipeline'
    const taken = isAlone ? own : own.map(name => frame.copy(name, entry.name))
    const converted = within(recipe, entry.place, () => convertPlaced(entry.at, taken, frame, progress))
    within(recipe, entry.place, () => assertScaled(plan, converted.model, entry.at.path || 'the model'))
    return { ...entry, converted }
  })
  assertInRange(recipe, rows, predictors)
  const converted = new Output(recipe, references, frame, model.place, model.output, progress).build(predictors)
  rows.checkUse()
  functions.checkUse()
  const [{ at }] = chain.predictors
  const estimators = [...chain.transformers, ...chain.predictors].map(entry => describeEstimator(entry.at)).join(', ')
  return {
    ...converted,
    name: model.name ?? nameModel(recipe.name.replace(/\.(ya?ml|json)$/i, '')),
    description: model.description ?? `${estimators} from ${files.map(({ file }) => file).join(', ')}`,
    frame,
    estimator: estimators,
    sklearnVersion: readSklearnVersion(at),
    beside: references.noteRest(at)
  }
}
