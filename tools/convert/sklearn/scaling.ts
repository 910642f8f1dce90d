import { ConvertError } from '../errors/convert-error.js'
import type { Frame } from '../common/frame.js'

/** What a fitted scaler subtracts and divides by, one number per column. */
interface Scaling {
  readonly mean?: number[]
  readonly scale?: number[]
  /** Whether `scale` is an array of float32. */
  readonly float32?: boolean
}

/**
 * `(x - mean) / scale` for columns that may have missing values; of a sparse matrix, `x * (1 / scale)`, as
 * scikit-learn's `inplace_column_scale` does it. A sparse matrix knows no -0: the offset of 0 makes it 0.
 * @returns the columns, which keep their names
 */
export function pushScale(
  columns: readonly string[], frame: Frame, { mean, scale, float32 = false }: Scaling
): string[] {
  if (scale?.some(value => value === 0) === true) {
    throw new ConvertError('A scaler divides by 0, which no fitted one does: the file is damaged.')
  }
  frame.checkNumbers(columns, { missing: true })
  if (columns.length > 0 && (mean !== undefined || scale !== undefined)) {
    if (mean === undefined && scale !== undefined && frame.isSparse(columns)) {
      const factor = scale.map(value => float32 ? Math.fround(1 / value) : 1 / value)
      frame.steps.push({ op: 'multiply', columns: [...columns], factor, offset: scale.map(() => 0) })
    } else {
      frame.steps.push({ op: 'scale', columns: [...columns], ...(mean && { mean }), ...(scale && { scale }) })
    }
    frame.compute(columns)
  }
  return [...columns]
}

/** Limits as of `numpy.clip`. */
export function pushClip(columns: readonly string[], frame: Frame, minimum: number, maximum: number): void {
  if (columns.length > 0) frame.steps.push({ op: 'clip', columns: [...columns], minimum, maximum })
}
