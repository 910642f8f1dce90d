import { describeValue } from '../pickle/values.js'
import { isVersion } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `KBinsDiscretizer`: the number of the bin, as such or one-hot. */
export const convertKBinsDiscretizer: ConvertTransformer = (estimator, columns, { frame }) => {
  assertFloat64(estimator)
  const lists = estimator.attr('bin_edges_').items()
  if (lists.length !== columns.length) estimator.attr('bin_edges_').fail(`edges of ${columns.length} columns`)
  // The outer edges are not compared with, and infinite where a column is constant.
  const edges = lists.map(list => [...list.floats(list.items().length)].slice(1, -1))
  frame.checkNumbers(columns, { missing: false })
  frame.steps.push({ op: 'bin', columns: [...columns], edges, ...(!isVersion(estimator, 1, 1) && { slack: true }) })
  frame.encode(columns)
  const encode = estimator.attr('encode')
  switch (encode.text()) {
    case 'ordinal': return [...columns]
    case 'onehot': return pushBins(columns, edges, true, frame)
    case 'onehot-dense': return pushBins(columns, edges, false, frame)
    default: return encode.fail('"ordinal", "onehot" or "onehot-dense"')
  }
}

function pushBins(columns: readonly string[], edges: readonly number[][], sparse: boolean, frame: Frame): string[] {
  const outputs = columns.flatMap((column, i) => {
    const values = Array.from({ length: edges[i].length + 1 }, (_, bin) => bin)
    const as = values.map(bin => frame.addColumn(`${column}_${bin}.0`))
    frame.steps.push({ op: 'one-hot', column, values, as })
    return as
  })
  frame.markSparse(outputs, sparse)
  return outputs
}

function assertFloat64(estimator: Located): void {
  const dtype = estimator.attr('dtype')
  if (!dtype.isNone && !describeValue(dtype.value).endsWith('float64')) {
    dtype.fail('None or float64', 'Rounding to float32 before binning is not supported: fit again without dtype.')
  }
}
