/** Transformers that project rows on components: sums of products. */
import { NdArray } from '../pickle/numpy.js'
import { checkColumns, isVersion } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { readRows } from './linear.js'
import { isFloat32, readFinite } from './scalars.js'

interface Projection {
  /** [nComponents][nColumns] */
  readonly components: number[][]
  readonly mean?: number[] | undefined
  readonly centred?: 'after'
  readonly scale?: number[]
}

/** `PCA`, `IncrementalPCA`. Since 1.5 the mean is projected as well, and what comes of it subtracted. */
export const convertPca: ConvertTransformer = (estimator, columns, { frame }) => {
  assertFloat64(estimator.attr('components_'))
  const isNew = isVersion(estimator, 1, 5)
  const mean = estimator.attr('mean_')
  const components = readRows(estimator.attr('components_'), columns.length)
  const variances = () => readFinite(estimator.attr('explained_variance_'), components.length)
  const smallest = isNew ? Number.EPSILON : 0
  return project(estimator, columns, frame, {
    components,
    mean: mean.isNone ? undefined : readFinite(mean, columns.length),
    ...(isNew && { centred: 'after' as const }),
    ...(estimator.attr('whiten').flag(false) && { scale: variances().map(x => Math.max(Math.sqrt(x), smallest)) })
  })
}

/** `TruncatedSVD`, `NeighborhoodComponentsAnalysis`, `GaussianRandomProjection`: nothing but sums. */
export const convertComponents: ConvertTransformer = (estimator, columns, { frame }) => {
  assertFloat64(estimator.attr('components_'))
  return project(estimator, columns, frame, { components: readRows(estimator.attr('components_'), columns.length) })
}

/** `FastICA`: the mean is there where it whitens. */
export const convertFastIca: ConvertTransformer = (estimator, columns, { frame }) => {
  assertFloat64(estimator.attr('components_'))
  const whitens = estimator.attr('whiten').value !== false
  return project(estimator, columns, frame, {
    components: readRows(estimator.attr('components_'), columns.length),
    mean: whitens ? readFinite(estimator.attr('mean_'), columns.length) : undefined
  })
}

/** `LinearDiscriminantAnalysis` as a transformer. */
export const convertDiscriminantTransform: ConvertTransformer = (estimator, columns, { frame }) => {
  const solver = estimator.attr('solver')
  if (solver.value !== 'svd' && solver.value !== 'eigen') solver.fail('"svd" or "eigen", which transform', 'Fit it with one of these.')
  const scalings = readRows(estimator.attr('scalings_'), columnsOf(estimator))
  if (scalings.length !== columns.length) estimator.attr('scalings_').fail(`a row for each of the ${columns.length} columns`)
  const most = Math.min(estimator.attr('_max_components').number(), scalings[0].length)
  return project(estimator, columns, frame, {
    components: Array.from({ length: most }, (_, k) => scalings.map(row => row[k])),
    mean: solver.value === 'svd' ? readFinite(estimator.attr('xbar_'), columns.length) : undefined
  })
}

/** Width of `scalings_`. */
function columnsOf(estimator: Located): number {
  const { value } = estimator.attr('scalings_')
  return value instanceof NdArray && value.shape.length === 2 ? value.shape[1] : estimator.attr('scalings_').fail('an array of rows')
}

function project(estimator: Located, columns: readonly string[], frame: Frame, projection: Projection): string[] {
  checkColumns(estimator, columns)
  frame.checkNumbers(columns, { missing: false })
  const { components, mean, centred, scale } = projection
  if (components.length === 0) estimator.attr('components_').fail('at least one component')
  const prefix = (estimator.className ?? '').toLowerCase()
  const as = components.map((_, k) => frame.addColumn(`${prefix}${k}`))
  frame.steps.push({
    op: 'project', columns: [...columns], as, components,
    ...(mean !== undefined && { mean, ...(centred !== undefined && { centred }) }),
    ...(scale !== undefined && { scale })
  })
  frame.compute(as)
  return as
}

/** What is computed of float32 alone, such as the projected mean, would have another bound. */
function assertFloat64(components: Located): void {
  if (isFloat32(components)) components.fail('components of float64', 'Fit it on float64 columns: X.astype("float64").')
}
