/** What a recipe says of a column's range, held against what the trees compare the column with. */
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import { listThresholds } from '../recipes/thresholds.js'
import type { Answerer } from './output.js'
import type { Rows } from './rows.js'

/** @throws ConvertError for a column whose range has none of the trees' thresholds in it: a scaler is lacking */
export function assertInRange(recipe: RecipeFile, { declared, frame }: Rows, predictors: readonly Answerer[]): void {
  const changed = new Set(frame.steps.flatMap(step => {
    if (step.op === 'check') return []
    return 'columns' in step ? step.columns : step.op === 'lookup' ? [step.column] : []
  }))
  for (const { converted, at } of predictors) {
    const all = listThresholds(converted.model)
    for (const { name, minimum, maximum, place } of declared.values()) {
      const thresholds = changed.has(name) ? [] : all.get(name) ?? []
      if (minimum === undefined || maximum === undefined || thresholds.length === 0) continue
      if (thresholds.some(value => value >= minimum && value <= maximum)) continue
      const [least, most] = [thresholds.reduce((a, b) => Math.min(a, b)), thresholds.reduce((a, b) => Math.max(a, b))]
      recipe.fail(place, `expected a range that ${at.path || 'the model'} asks about, which compares the column with ${least}` +
        `${most > least ? ` to ${most}` : ''}, received ${minimum} to ${maximum}`,
      'If the model was fitted on scaled columns, the chain lacks the scaler.')
    }
  }
}
