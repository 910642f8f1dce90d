/** The transformers of the package feature-engine by the names of their classes. */
import type { ConvertTransformer } from '../common/transformer.js'
import { PySet } from '../pickle/values.js'
import { convertCapper } from './cappers.js'
import { convertByDict, convertOneHotEncoder, convertRareLabelEncoder } from './encoders.js'
import { convertImputer, convertMissingIndicator } from './imputers.js'
import { readVariables } from './variables.js'

/** Those that are left without the columns of `features_to_drop_`. */
const SELECTORS = [
  'DropConstantFeatures', 'DropCorrelatedFeatures', 'DropDuplicateFeatures', 'DropFeatures', 'DropHighPSIFeatures', 'MRMR',
  'ProbeFeatureSelection', 'RecursiveFeatureAddition', 'RecursiveFeatureElimination', 'SelectByInformationValue',
  'SelectByShuffling', 'SelectBySingleFeaturePerformance', 'SelectByTargetMeanPerformance', 'SmartCorrelatedSelection'
]

const convertSelector: ConvertTransformer = (selector, columns) => {
  const columnOf = readVariables(selector, columns)
  const list = selector.attr('features_to_drop_')
  const dropped = (list.value instanceof PySet ? list.instead(list.value.items) : list).items().map(columnOf)
  return columns.filter(column => !dropped.includes(column))
}

export const FEATURE_ENGINE: Readonly<Record<string, ConvertTransformer>> = {
  ...Object.fromEntries(SELECTORS.map(name => [name, convertSelector])),
  AddMissingIndicator: convertMissingIndicator,
  ArbitraryNumberImputer: convertImputer,
  ArbitraryOutlierCapper: convertCapper,
  CategoricalImputer: convertImputer,
  CountFrequencyEncoder: convertByDict,
  EndTailImputer: convertImputer,
  MeanEncoder: convertByDict,
  MeanMedianImputer: convertImputer,
  OneHotEncoder: convertOneHotEncoder,
  OrdinalEncoder: convertByDict,
  PRatioEncoder: convertByDict,
  RareLabelEncoder: convertRareLabelEncoder,
  Winsorizer: convertCapper,
  WoEEncoder: convertByDict
}
