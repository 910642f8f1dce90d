/**
 * A predictor with what else its team saves in files of their own: scalers, encoders, a preprocessor, the names of the
 * columns, the encoder of the target. They are one model where names, counts and shapes fit.
 */
import { ConvertError } from '../errors/convert-error.js'
import { Frame } from '../common/frame.js'
import type { Recipe } from '../common/recipe.js'
import { convertPlaced, convertTransformer } from '../registry/registry.js'
import { Beside } from './beside.js'
import type { Bundle, Entry } from './bundle.js'
import { readParts } from './chain-parts.js'
import { planChain, type ChainPart, type ChainPlan, type Stage } from './chain-plan.js'
import { areOfArray, readColumns, readColumnsOrCount } from './columns.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import { assertNotDoubtful, isDoubtful } from './doubtful-encoder.js'
import { classifyKey } from './key-roles.js'
import { checkNames, nameModel } from './plain.js'
import { readTexts } from './plain-values.js'
import { assertScaled } from './unscaled.js'

export const chainRecipe: Recipe = {
  name: 'chain',
  kinds: [],
  parts: [],
  build(files, progress) {
    const { predictor, model, transformers, others, isOrdered } = readParts(files)
    const own = readColumns(model)
    const isArray = areOfArray(own)
    const { lists, rest } = splitLists(others, own.length)
    const given = lists.map(({ at }) => readTexts(at) ?? []).find(names => new Set(names).size === own.length)
    const parts = transformers.map(({ at }): ChainPart => ({ at, label: at.path, fitted: readColumnsOrCount(at) }))
    const names = isArray ? given : own
    const plan = parts.length === 0
      ? { stages: [], features: names ?? own, inputs: names ?? own }
      : planChain(parts, { label: predictor.file, count: own.length, names, isArray })
    if (!isOrdered) checkOrder(plan)
    const bundle: Bundle = { model, others: [...rest, ...lists].map(nameTarget), kind: 'set of files', remedy }
    const beside = new Beside(bundle, own, plan.inputs)
    beside.nameColumns()
    checkNames([...plan.inputs])
    const frame = new Frame()
    for (const name of plan.inputs) frame.addInput({ name, type: 'number' })
    beside.encode(plan.inputs, frame)
    const converted = convertPlaced(model, applyStages(plan, frame), frame, progress)
    assertScaled(plan, converted.model, predictor.file)
    for (const { at } of others.filter(isDoubtful)) assertNotDoubtful(at, converted.model, plan.inputs, frame.steps)
    const chain = [...transformers.map(({ at }) => describeEstimator(at)), describeEstimator(model)].join(', ')
    return {
      ...beside.finish(converted),
      name: nameModel(predictor.file),
      description: `${chain} from ${files.map(({ file }) => file).join(', ')}`,
      frame,
      estimator: chain,
      sklearnVersion: readSklearnVersion(model),
      beside: [...describeStages(plan), ...beside.uses]
    }
  }
}

/** Lists of as many names as the model has columns are about the model. */
function splitLists(others: readonly Entry[], count: number): { lists: Entry[], rest: Entry[] } {
  const isList = ({ key, at }: Entry) => !at.isOpaque && readTexts(at)?.length === count &&
    (key === undefined || classifyKey(key)?.role === 'columns')
  return { lists: others.filter(isList), rest: others.filter(entry => !isList(entry)) }
}

/** An encoder in a file of its own that is not said to be a column's is the target's. */
function nameTarget(entry: Entry): Entry {
  return isDoubtful(entry) ? { ...entry, key: 'target_encoder' } : entry
}

function remedy({ at }: Entry): string {
  const [file] = /^[^/\\]+?\.\w+(?=$|\.|\[)/.exec(at.path) ?? []
  return file === undefined ? `Remove the key ${JSON.stringify(at.path)} if it has no part in the prediction.`
    : `Leave ${file} out if it has no part in the prediction.`
}

/** Where two transformers change the same column, it matters which comes first. */
function checkOrder({ stages }: ChainPlan): void {
  stages.forEach((stage, i) => {
    const changes = ({ outputs, isInPlace }: Stage) => isInPlace && stage.columns.some(name => outputs.includes(name))
    const other = stages.slice(0, i).find(changes)
    if (other === undefined) return
    throw new ConvertError(
      `${other.part.label} and ${stage.part.label} change the same columns, and nothing says which comes first.`,
      { hint: 'Name the files in the order in which they are applied, and that of the predictor last.' }
    )
  })
}

/**
 * @param initial the frame's columns of those that have another name in the plan
 * @returns the columns that reach the model, in its order
 */
export function applyStages(
  { stages, features }: Omit<ChainPlan, 'inputs'>, frame: Frame, initial: ReadonlyMap<string, string> = new Map()
): string[] {
  const current = new Map(initial)
  const columnOf = (name: string) => current.get(name) ?? name
  stages.forEach(({ part, columns, outputs, isInPlace }, i) => {
    // What makes new columns of others leaves these to whoever takes them as well.
    const isNeeded = (name: string) => !outputs.includes(name) &&
      (features.includes(name) || stages.slice(i + 1).some(later => later.columns.includes(name)))
    const own = columns.map(name => isInPlace || !isNeeded(name) ? columnOf(name) : frame.copy(columnOf(name), 'chain'))
    convertTransformer(part.at, own, frame).forEach((column, k) => current.set(outputs[k], column))
  })
  return features.map(columnOf)
}

const MAX_LISTED = 8

function describeStages({ stages }: ChainPlan): Array<{ key: string, use: string }> {
  return stages.map(({ part, columns }, i) => {
    const rest = columns.length - MAX_LISTED
    const names = columns.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
    return { key: part.label, use: `step ${i + 1}, before the model, of ${names}` }
  })
}
