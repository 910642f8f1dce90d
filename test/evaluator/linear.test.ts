/** Sums of products, linear models, and what tells several classes apart by classifiers of two. */
import t from 'tap'
import { boundSum, compileSums } from '../../src/arithmetic/sums.js'
import { DumpError } from '../../src/dump/dump-error.js'
import type { Estimator, Linear, Link } from '../../src/dump/dump.js'
import { compileEstimator } from '../../src/evaluator/estimator.js'
import { validateEstimator } from '../../src/evaluator/validate-estimator.js'
import { firstMaximum } from '../../src/evaluator/link.js'
import { sumReference } from '../../src/evaluator/reference.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'

const SEED = pickSeed()

t.test('products are rounded, and added in the order of the columns', async t => {
  const sums = new Float64Array(1)
  const cases: Array<[row: number[], coef: number[], expected: number]> = [
    [[1e16, 1, -1e16], [1, 1, 1], 0],
    [[1, 1e16, -1e16], [1, 1, 1], 0],
    [[1e16, -1e16, 1], [1, 1, 1], 1],
    // Fused, the second product would bring the rest of its rounding with it.
    [[-(1 + 2 ** -26), 1 + 2 ** -27], [1, 1 + 2 ** -27], 0],
    [[-0], [1], 0]
  ]
  for (const [row, coef, expected] of cases) {
    compileSums({ coef: [coef] })(Float64Array.from(row), sums)
    t.ok(Object.is(sums[0], expected), `${row.join(', ')} times ${coef.join(', ')}: ${sums[0]}`)
  }
})

t.test('another order stays within the bound', async t => {
  const random = makeRandom(SEED)
  for (let run = 0; run < 300; run++) {
    const n = 2 + Math.floor(random() * 40)
    const draw = () => Array.from({ length: n }, () => (random() - 0.5) * 10 ** Math.floor(random() * 7))
    const row = draw()
    const coef = draw()
    const intercept = (random() - 0.5) * 100
    const order = row.map((_, i) => i).sort(() => random() - 0.5)
    const sumOf = (places: readonly number[]) => {
      const sums = new Float64Array(1)
      const compiled = compileSums({ coef: [places.map(i => coef[i])], intercept: [intercept] })
      compiled(Float64Array.from(places, i => row[i]), sums)
      return sums[0]
    }
    const difference = Math.abs(sumOf(row.map((_, i) => i)) - sumOf(order))
    if (difference > boundSum(row, coef, intercept)) t.fail(`seed ${SEED}, run ${run}: ${difference}`)
  }
})

t.test('a sum of one product has no bound', async t => {
  t.equal(boundSum([0, 3, 0], [0.1, 0.7, 0.2], 5), 0)
  t.ok(boundSum([1, 3], [0.1, 0.7], 5) > 0)
})

t.test('the fast sums are those of the reference', async t => {
  const random = makeRandom(SEED)
  const numbers = (n: number) => Array.from({ length: n }, () => random() - 0.5)
  const coef = [numbers(9), numbers(9), numbers(9)]
  for (const rest of [{}, { intercept: numbers(3) }, { centre: numbers(9) }]) {
    const row = Float64Array.from(numbers(9))
    const [fast, plain] = [new Float64Array(3), new Float64Array(3)]
    compileSums({ coef, ...rest })(row, fast)
    sumReference({ coef, ...rest })(row, plain)
    t.strictSame([...fast], [...plain], `seed ${SEED}`)
  }
})

function linear(coef: number[][], link?: Link): Linear {
  return {
    kind: 'linear', estimator: 'test', features: coef[0].map((_, i) => `x${i}`), coef, intercept: coef.map(() => 0),
    ...(link !== undefined && { link })
  }
}

/** What an estimator answers to a row of its columns x0, x1, ... */
function ask(estimator: Estimator, row: number[]): { values: number[], raw: number[], label: number } {
  const compiled = compileEstimator(estimator, row.map((_, i) => `x${i}`))
  const values = new Float64Array(compiled.nValues)
  compiled.evaluate(Float64Array.from(row), values)
  return {
    values: [...values], raw: [...compiled.raw.subarray(0, compiled.nRaw)],
    label: compiled.decide?.(values) ?? firstMaximum(values)
  }
}

t.test('links of linear models', async t => {
  const one = [[1]]
  const three = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  t.strictSame(ask(linear(one, { kind: 'decision' }), [-2]), { values: [2, -2], raw: [-2], label: 0 })
  t.strictSame(ask(linear(three, { kind: 'decision' }), [-2, 5, 5]), { values: [-2, 5, 5], raw: [-2, 5, 5], label: 1 })
  t.strictSame(ask(linear(one, { kind: 'modified-huber' }), [0.5]), { values: [0.25, 0.75], raw: [0.5], label: 1 })
  t.strictSame(ask(linear(one, { kind: 'modified-huber' }), [-7]).values, [1, 0])
  t.strictSame(ask(linear(three, { kind: 'modified-huber' }), [-3, -2, -1]), {
    values: [1 / 3, 1 / 3, 1 / 3], raw: [-3, -2, -1], label: 2
  }, 'equal shares, and the highest of what they were made of is predicted')
  t.strictSame(ask(linear(three, { kind: 'one-vs-rest' }), [-1e4, -2e4, -3e4]).values, [1 / 3, 1 / 3, 1 / 3])
  t.strictSame(ask(linear(three, { kind: 'one-vs-rest' }), [0, 0, 0]).values, [0.5 / 1.5, 0.5 / 1.5, 0.5 / 1.5])
  const softmax: Link = { kind: 'softmax', normalize: 'quotient', sum: 'pairwise', decide: 'raw', binary: true }
  t.strictSame(ask(linear(one, softmax), [0]), { values: [0.5, 0.5], raw: [0], label: 0 })
  t.strictSame(ask(linear(one, softmax), [800]), { values: [0, 1], raw: [800], label: 1 })
  t.strictSame(ask(linear(three), [1, 2, 3]), { values: [1, 2, 3], raw: [], label: 2 }, 'no link')
})

/** A classifier of two classes whose decision is a column. */
function column(i: number): Estimator {
  return linear([[0, 1, 2].map(j => j === i ? 1 : 0)], { kind: 'decision' })
}

t.test('of equal scores against the rest the first or the last wins', async t => {
  const members = [column(0), column(1), column(2)]
  const rest = (ties: 'first' | 'last'): Estimator => ({ kind: 'one-vs-rest', members, score: 'raw', ties })
  t.strictSame(ask(rest('first'), [3, 3, 1]), { values: [3, 3, 1], raw: [3, 3, 1], label: 0 })
  t.equal(ask(rest('last'), [3, 3, 1]).label, 1)
  t.strictSame(ask({ kind: 'one-vs-rest', members: [column(0)], score: 'raw', ties: 'first' }, [0, 1, 1]), {
    values: [-0, 0], raw: [0], label: 0
  })
})

t.test('pairs vote, and the surer of equal ones wins', async t => {
  const pairs: Estimator = { kind: 'one-vs-one', members: [column(0), column(1), column(2)], score: 'raw', nClasses: 3 }
  // 0 beats 1, 2 beats 0, 1 beats 2: one vote each.
  const { values, label } = ask(pairs, [-5, 1, -1])
  t.strictSame(values, [1 + 4 / 15, 1 + -4 / 15, 1 + 0 / 3])
  t.equal(label, 0)
})

t.test('the nearest code is predicted', async t => {
  const codes: Estimator = {
    kind: 'output-code', members: [column(0), column(1), column(2)], score: 'raw', codeBook: [[1, 1, -1], [-1, 1, 1], [1, -1, 1]]
  }
  t.equal(ask(codes, [-2, 3, 1]).label, 1)
  t.equal(ask(codes, [0, 0, 0]).label, 0, 'the first of equal ones')
  t.strictSame(ask(codes, [1e200, -1e200, 0]).values, new Array(3).fill(-Number.MAX_VALUE), 'as far as can be')
})

t.test('what does not fit together is refused', async t => {
  const cases: Array<[Estimator, RegExp]> = [
    [{ ...linear([[1, 2]]), features: ['x0'] }, /^model\.coef\[0\]: expected 1 numbers, one per feature, received 2/],
    [{ ...linear([[1]]), intercept: [1, 2] }, /^model\.intercept: expected 1 numbers, one per sum, received 2/],
    [{ ...linear([[1]]), coef: [] }, /^model\.coef: expected lists of coefficients/],
    [{ kind: 'one-vs-one', members: [column(0)], score: 'raw', nClasses: 3 }, /^model\.members: expected one per pair of 3 classes/],
    [{ kind: 'one-vs-rest', members: [linear([[1]])], score: 'raw', ties: 'first' }, /^model\.members: expected classifiers of two/],
    [{ kind: 'output-code', members: [column(0)], score: 'raw', codeBook: [[1], [1, 2]] }, /^model\.codeBook\[1\]: expected 1 numbers/]
  ]
  for (const [estimator, message] of cases) {
    t.throws(() => {
      validateEstimator(estimator)
      compileEstimator(estimator, ['x0', 'x1', 'x2'])
    }, { message }, estimator.kind)
    t.throws(() => {
      validateEstimator(estimator)
      compileEstimator(estimator, ['x0', 'x1', 'x2'])
    }, DumpError)
  }
})
