import { anyFloat64 } from './categories.js'
import { Instance } from '../pickle/values.js'
import { pushIndicator } from './missing-indicator.js'
import { readMissingValue } from './missing-value.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `IterativeImputer`: missing values get the statistics of their columns first, then, round after round, what a
 * predictor of each column makes of the others, within the column's limits.
 */
export const convertIterativeImputer: ConvertTransformer = (estimator, columns, { frame, predict }) => {
  if (estimator.attr('sample_posterior').flag(false)) {
    estimator.attr('sample_posterior').fail('False', 'What it draws at random is never the same twice: fit it without.')
  }
  const missing = columns.map(column => readMissingValue(estimator.attr('missing_values'), column, frame))
  if (missing.some(value => value !== undefined)) estimator.attr('missing_values').fail('NaN', 'Send null for a missing value.')
  const statistics = estimator.attr('initial_imputer_').attr('statistics_')
  const fills = [...statistics.floats(columns.length)]
  if (fills.some(Number.isNaN)) statistics.fail('a value for each column', 'Leave out the columns that have no value at all.')
  const indicators = pushIndicator(estimator, columns, missing, frame)
  frame.checkNumbers(columns, { missing: true })
  const turns = estimator.attr('imputation_sequence_').items().map(turn => readTurn(turn, columns.length))
  const masks = new Map([...new Set(turns.map(({ feature }) => feature))].map(feature => {
    const as = frame.addColumn(`missing__${columns[feature]}`)
    frame.steps.push({ op: 'is-missing', columns: [columns[feature]], as: [as] })
    return [feature, as]
  }))
  frame.acceptMissing(columns)
  frame.steps.push({ op: 'impute', columns: [...columns], statistics: fills.map(anyFloat64) })
  frame.impute(columns, columns.map(() => undefined))
  const [least, most] = ['_min_value', '_max_value'].map(name => readLimits(estimator.attr(name), columns.length))
  turns.forEach(({ feature, neighbours, predictor }, i) => {
    const column = columns[feature]
    const by = frame.addColumn(`imputed${i}__${column}`)
    frame.steps.push({
      op: 'predict', model: predict(predictor, neighbours.map(n => columns[n])), gives: [{ what: 'values', as: [by] }]
    })
    const limits = {
      ...(least[feature] > -Infinity && { minimum: least[feature] }),
      ...(most[feature] < Infinity && { maximum: most[feature] })
    }
    if (Object.keys(limits).length > 0) frame.steps.push({ op: 'clip', columns: [by], ...limits })
    frame.steps.push({ op: 'replace', column, by, where: masks.get(feature) ?? '' })
  })
  return [...columns, ...indicators]
}

interface Turn {
  readonly feature: number
  readonly neighbours: readonly number[]
  readonly predictor: Located
}

/** An `_ImputerTriplet`, which is a tuple with names. */
function readTurn(turn: Located, count: number): Turn {
  const { value } = turn
  // Protocols 0 and 1 have its items elsewhere.
  const parts = value instanceof Instance ? value.items ?? value.args : []
  if (parts.length !== 3) turn.fail('a feature, its neighbours and a predictor')
  const [feature, neighbours, predictor] = ['feat_idx', 'neighbor_feat_idx', 'estimator']
    .map((name, i) => turn.instead(parts[i]).under(`${turn.path}.${name}`))
  const place = (at: Located) => {
    const found = at.number()
    return Number.isInteger(found) && found >= 0 && found < count ? found : at.fail(`one of ${count} columns`)
  }
  return { feature: place(feature), neighbours: neighbours.items().map(place), predictor }
}

function readLimits(limits: Located, count: number): ArrayLike<number> {
  return typeof limits.value === 'number' ? new Array<number>(count).fill(limits.value) : limits.floats(count)
}
