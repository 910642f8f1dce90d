/** Outliers become the nearest value that is none. */
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { listVariables, readVariables, type ColumnOf } from './variables.js'

/** `ArbitraryOutlierCapper` and `Winsorizer`, which may add columns of 1 and 0 that say which values were capped. */
export const convertCapper: ConvertTransformer = (capper, columns, { frame }) => {
  const columnOf = readVariables(capper, columns)
  const variables = listVariables(capper, columnOf)
  const [right, left] = ['right_tail_caps_', 'left_tail_caps_'].map(tail => readCaps(capper.attr(tail), columnOf))
  frame.read(variables)
  if (capper.attr('missing_values').value === 'raise') frame.checkNumbers(variables, { missing: false })
  const indicators = capper.attr('add_indicators').flag(false)
    ? variables.flatMap(column => [
      ...pushIndicator(column, left.get(column), 'left', frame), ...pushIndicator(column, right.get(column), 'right', frame)
    ]) : []
  for (const [column, maximum] of right) frame.steps.push({ op: 'clip', columns: [column], maximum })
  for (const [column, minimum] of left) frame.steps.push({ op: 'clip', columns: [column], minimum })
  frame.compute([...new Set([...right.keys(), ...left.keys()])])
  return [...columns, ...indicators]
}

/** The caps by column. */
function readCaps(caps: Located, columnOf: ColumnOf): Map<string, number> {
  return new Map(caps.entries().map(({ key, at }) => [columnOf(key), at.number()]))
}

/** 1 where the value is beyond the cap. */
function pushIndicator(column: string, cap: number | undefined, side: 'left' | 'right', frame: Frame): string[] {
  if (cap === undefined) return []
  const name = frame.freeName(`${column}_${side}`)
  frame.derive(name, side === 'left' ? ['*', column, -1] : column)
  frame.steps.push({ op: 'threshold', columns: [name], threshold: side === 'left' ? -cap : cap })
  frame.encode([name])
  return [name]
}
