/** What is supported, in one place. A new estimator is a file beside this one and a row here. */
import type { ForestDump, Label } from '../../../src/forest/dump.js'
import { ConvertError } from '../pickle/errors.js'
import { allowOnly } from '../pickle/names.js'
import { Instance, type Global } from '../pickle/values.js'
import { convertColumnTransformer } from './column-transformer.js'
import type { Frame } from './frame.js'
import { convertFunctionTransformer } from './function-transformer.js'
import type { Located } from './located.js'
import { convertOneHotEncoder } from './one-hot-encoder.js'
import { convertPipeline, pipelineSteps } from './pipeline.js'
import { convertRandomForest, readLabels, type Progress } from './random-forest.js'
import { convertSimpleImputer } from './simple-imputer.js'
import { convertStandardScaler } from './standard-scaler.js'
import type { ConvertTransformer } from './transformer.js'

type ConvertForest = (estimator: Located, features: readonly string[], progress: Progress) => ForestDump

const FORESTS: Readonly<Record<string, ConvertForest>> = {
  RandomForestClassifier: convertRandomForest
}

const TRANSFORMERS: Readonly<Record<string, ConvertTransformer>> = {
  ColumnTransformer: convertColumnTransformer,
  FunctionTransformer: convertFunctionTransformer,
  OneHotEncoder: convertOneHotEncoder,
  Pipeline: convertPipeline,
  SimpleImputer: convertSimpleImputer,
  StandardScaler: convertStandardScaler
}

/** Classes that are read as parts of the above, or by recipes. */
const PARTS = ['Bunch', 'DecisionTreeClassifier', 'LabelEncoder', 'MissingIndicator', 'Tree', '_RemainderColsList']

const CLASSES = new Set([...Object.keys(FORESTS), ...Object.keys(TRANSFORMERS), ...PARTS])

/** For messages: what to do about a class that is not in the tables. */
export const SUPPORTED =
  `Supported: ${[...Object.keys(FORESTS), 'LabelEncoder', ...Object.keys(TRANSFORMERS)].sort().join(', ')}.`

/** Whether a name is one of scikit-learn's classes that converters read. Modules moved over time, names did not. */
export function isSupportedClass(name: Global): boolean {
  return name.module.startsWith('sklearn.') && CLASSES.has(name.name)
}

/** The check of names for reading a file that is to be converted. */
export const allowSupportedClasses = allowOnly(isSupportedClass, SUPPORTED)

/**
 * A fitted classifier, or a `Pipeline` that ends in one.
 * @param columns names of the columns that go in, in the order it was fitted on
 * @param frame gets the steps
 * @returns the forest and the labels of its classes
 */
export function convertModel(
  estimator: Located,
  columns: readonly string[],
  frame: Frame,
  progress: Progress
): { forest: ForestDump, labels: Label[] } {
  if (estimator.className === 'Pipeline') {
    const steps = pipelineSteps(estimator)
    const last = steps.at(-1) ?? estimator.attr('steps').fail('at least one step')
    let arriving = [...columns]
    for (const step of steps.slice(0, -1)) arriving = convertTransformer(step, arriving, frame)
    return convertModel(last, arriving, frame, progress)
  }
  const convert = lookUp(FORESTS, estimator)
  return { forest: convert(estimator, columns, progress), labels: readLabels(estimator) }
}

/** A fitted transformer of any supported class: see {@link ConvertTransformer}. */
export function convertTransformer(estimator: Located, columns: readonly string[], frame: Frame): string[] {
  const convert = lookUp(TRANSFORMERS, estimator)
  return convert(estimator, columns, {
    frame,
    transform: (nested, nestedColumns) => convertTransformer(nested, nestedColumns, frame)
  })
}

function lookUp<T>(table: Readonly<Record<string, T>>, estimator: Located): T {
  const name = estimator.className
  if (name !== undefined && Object.hasOwn(table, name)) return table[name]
  const expected = Object.keys(table).join(', ')
  if (!(estimator.value instanceof Instance)) return estimator.fail(`an instance of ${expected}`)
  const found = estimator.value.type.path
  throw new ConvertError(`${estimator.path || 'The file'}: ${found} cannot stand here, expected ${expected}.`, {
    hint: SUPPORTED
  })
}
