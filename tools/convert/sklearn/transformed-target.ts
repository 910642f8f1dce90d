import type { Inverse } from '../../../src/dump/dump.js'
import { isVersion, type ConvertEstimator } from '../common/estimator.js'
import { readFunction, assertNoArguments } from './function-transformer.js'
import type { Located } from '../common/located.js'
import { pipelineSteps } from './pipeline.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { readFinite } from './scalars.js'

/** `TransformedTargetRegressor`: its regressor, and the way back from the target that it was fitted on. */
export const convertTransformedTarget: ConvertEstimator = (estimator, columns, { unwrap }) => {
  const regressor = estimator.attr('regressor_')
  const { outputs, model, task, ...rest } = unwrap(regressor, columns)
  if (task !== 'regressor') regressor.fail('a regressor')
  const float32 = givesFloat32(model)
  const inverse = readInverse(estimator.attr('transformer_'), { nOutputs: outputs.length, float32 })
  if (inverse.length === 0) return { ...rest, task, outputs, model }
  return {
    ...rest, task, outputs, model: { kind: 'transformed', member: model, inverse, ...(float32 && { precision: 'float32' }) }
  }
}

interface Target {
  readonly nOutputs: number
  readonly float32: boolean
}

type ReadInverse = (transformer: Located, target: Target) => Inverse[]

const INVERSES: Readonly<Record<string, ReadInverse>> = {
  FunctionTransformer: readInverseFunction,
  MaxAbsScaler: (scaler, { nOutputs }) => [{ op: 'multiply', factor: readFinite(scaler.attr('scale_'), nOutputs) }],
  MinMaxScaler: (scaler, { nOutputs }) => [{
    op: 'scale', mean: readFinite(scaler.attr('min_'), nOutputs), scale: readFinite(scaler.attr('scale_'), nOutputs)
  }],
  Pipeline: (pipeline, target) => pipelineSteps(pipeline).reverse().flatMap(step => readInverse(step, target)),
  PowerTransformer: readInversePower,
  QuantileTransformer: readInverseQuantiles,
  RobustScaler: (scaler, target) => scaleBack(target.nOutputs, {
    factor: scaler.attr('with_scaling').flag(true) ? scaler.attr('scale_') : undefined,
    offset: scaler.attr('with_centering').flag(true) ? scaler.attr('center_') : undefined
  }),
  StandardScaler: readInverseStandard
}

function readInverse(transformer: Located, target: Target): Inverse[] {
  const { className = '' } = transformer
  if (Object.hasOwn(INVERSES, className)) return INVERSES[className](transformer, target)
  return transformer.fail(
    `the transformer of a target: ${Object.keys(INVERSES).join(', ')}`, 'Fit the regressor with one of those.'
  )
}

/** numpy's functions of float32 that the C library computes, or one IEEE operation. */
const FLOAT32_FUNCTIONS = ['absolute', 'expm1', 'negative', 'positive', 'reciprocal', 'sqrt', 'square']

function readInverseFunction(transformer: Located, { float32 }: Target): Inverse[] {
  const inverse = transformer.attr('inverse_func')
  const name = readFunction(inverse)
  assertNoArguments(transformer.attr('inv_kw_args'))
  if (float32 && !FLOAT32_FUNCTIONS.includes(name)) failFloat32(inverse)
  return name === 'positive' ? [] : [{ op: 'apply', function: name }]
}

function readInverseStandard(scaler: Located, target: Target): Inverse[] {
  const [step] = scaleBack(target.nOutputs, {
    factor: scaler.attr('with_std').flag(true) ? scaler.attr('scale_') : undefined,
    offset: scaler.attr('with_mean').flag(true) ? scaler.attr('mean_') : undefined
  })
  if (step?.op !== 'multiply') return []
  if (!target.float32 || !isVersion(scaler, 1, 8)) return [step]
  // Since then its numbers are cast to the precision of what it is given.
  const { factor, offset } = step
  return [{
    op: 'multiply', ...(factor && { factor: factor.map(Math.fround) }), ...(offset && { offset: offset.map(Math.fround) })
  }]
}

function scaleBack(
  nOutputs: number, { factor, offset }: { factor: Located | undefined, offset: Located | undefined }
): Inverse[] {
  if (factor === undefined && offset === undefined) return []
  return [{
    op: 'multiply',
    ...(factor !== undefined && { factor: readFinite(factor, nOutputs) }),
    ...(offset !== undefined && { offset: readFinite(offset, nOutputs) })
  }]
}

function readInverseQuantiles(transformer: Located, { nOutputs, float32 }: Target): Inverse[] {
  if (float32) failFloat32(transformer)
  const distribution = transformer.attr('output_distribution')
  const name = distribution.text()
  if (name !== 'uniform' && name !== 'normal') return distribution.fail('"uniform" or "normal"')
  const references = readFinite(transformer.attr('references_'), transformer.attr('references_').items().length)
  const table = readFinite(transformer.attr('quantiles_'), references.length * nOutputs)
  const quantiles = Array.from({ length: nOutputs }, (_, i) => references.map((_, row) => table[row * nOutputs + i]))
  return [{ op: 'quantile', quantiles, references, distribution: name }]
}

function readInversePower(transformer: Located, target: Target): Inverse[] {
  if (target.float32) failFloat32(transformer)
  const method = transformer.attr('method')
  if (method.value !== 'yeo-johnson') method.fail('"yeo-johnson"', 'Fit the regressor with that, or with func=np.log and inverse_func=np.exp.')
  const lambdas = readFinite(transformer.attr('lambdas_'), target.nOutputs)
  const scaled = transformer.attr('standardize').flag(true) ? readInverse(transformer.attr('_scaler'), target) : []
  return [...scaled, { op: 'yeo-johnson', lambdas }]
}

/** What numpy computes in float32 depends on the processor. */
function failFloat32(at: Located): never {
  return at.fail(
    `a way back from XGBoost's float32 that is the same on all processors: ${FLOAT32_FUNCTIONS.join(', ')}, or a scaler`,
    'Fit the regressor with func=np.log1p and inverse_func=np.expm1, or with another library.'
  )
}
