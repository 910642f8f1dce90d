import type { ConvertTransformer } from '../common/transformer.js'

/** `Binarizer`: 1 above the threshold, else 0. */
export const convertBinarizer: ConvertTransformer = (estimator, columns, { frame }) => {
  const threshold = estimator.attr('threshold').number()
  frame.checkNumbers(columns, { missing: false })
  frame.steps.push({ op: 'threshold', columns: [...columns], threshold })
  frame.encode(columns)
  frame.sparse.dropZeros(columns)
  return [...columns]
}
