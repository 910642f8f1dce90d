import type { ConvertTransformer } from './transformer.js'

/** `SimpleImputer` for missing values that are NaN. A column with nothing to put in is dropped, as in scikit-learn. */
export const convertSimpleImputer: ConvertTransformer = (estimator, columns, { frame }) => {
  const missingValues = estimator.attr('missing_values')
  if (!missingValues.isAbsent && !Number.isNaN(missingValues.value)) missingValues.fail('NaN')
  const addIndicator = estimator.attr('add_indicator')
  if (addIndicator.flag(false)) addIndicator.fail('False', 'Missing-value indicator columns are not supported yet.')
  const statistics = estimator.attr('statistics_').items()
  if (statistics.length !== columns.length) estimator.attr('statistics_').fail(`${columns.length} statistics`)
  const kept = columns.filter((_, i) => !Number.isNaN(statistics[i].value))
  const numbers: Array<[column: string, statistic: number]> = []
  columns.forEach((column, i) => {
    const statistic = statistics[i].value
    if (typeof statistic === 'string') frame.acceptMissingText(column, statistic)
    else if (!Number.isNaN(statistic)) numbers.push([column, statistics[i].number()])
  })
  for (const [column] of numbers) frame.acceptMissingNumber(column)
  if (numbers.length > 0) {
    frame.steps.push({
      op: 'impute',
      columns: numbers.map(([column]) => column),
      statistics: numbers.map(([, statistic]) => statistic)
    })
  }
  return kept
}
