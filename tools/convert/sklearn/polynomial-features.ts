import type { Located } from '../common/located.js'
import type { Frame } from '../common/frame.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** More than this is more than anyone fits a forest on. */
const MAX_OUTPUTS = 20_000

/** A product of columns, as positions in ascending order. */
interface Term {
  readonly factors: readonly number[]
  readonly column: string
}

/**
 * `PolynomialFeatures`: products in lexicographic order, degree by degree. scikit-learn multiplies the product without
 * its first factor by that factor, so each term is one multiplication of an earlier one.
 */
export const convertPolynomialFeatures: ConvertTransformer = (estimator, columns, { frame }) => {
  const [minimum, maximum] = readDegrees(estimator.attr('degree'))
  const distinct = estimator.attr('interaction_only').flag(false)
  if (maximum > 2 && frame.isSparse(columns)) {
    estimator.attr('degree').fail('at most 2 for a sparse matrix', 'Make the encoders before it give dense output.')
  }
  frame.checkNumbers(columns, { missing: false })
  const outputs: string[] = []
  if (estimator.attr('include_bias').flag(true)) outputs.push(frame.derive(frame.freeName('1'), 1))
  let terms: Term[] = columns.map((column, i) => ({ factors: [i], column }))
  for (let degree = 1; degree <= maximum; degree++) {
    if (degree > 1) terms = multiplyTerms(terms, columns, distinct, frame)
    if (outputs.length + terms.length > MAX_OUTPUTS) estimator.fail(`at most ${MAX_OUTPUTS} features`)
    if (degree >= minimum) outputs.push(...terms.map(term => term.column))
  }
  frame.sparse.multiply(columns, outputs)
  return outputs
}

/** The terms of one degree more: every column times every term that starts at it or, for distinct factors, after it. */
function multiplyTerms(terms: readonly Term[], columns: readonly string[], distinct: boolean, frame: Frame): Term[] {
  // A sparse matrix knows no -0.
  const sparse = frame.isSparse(columns)
  return columns.flatMap((first, i) => terms
    .filter(({ factors }) => distinct ? factors[0] > i : factors[0] >= i)
    .map(({ factors, column }) => {
      const product = [i, ...factors]
      const name = frame.freeName(product.map(factor => columns[factor]).join(' '))
      return { factors: product, column: frame.derive(name, sparse ? ['+', ['*', column, first], 0] : ['*', column, first]) }
    }))
}

function readDegrees(degree: Located): [minimum: number, maximum: number] {
  if (typeof degree.value === 'number') return [1, degree.number()]
  const [minimum, maximum] = degree.items()
  return [Math.max(minimum.number(), 1), maximum.number()]
}
