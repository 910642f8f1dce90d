/** Thresholds, several outputs, and the way back from a transformed target. */
import t from 'tap'
import type { Estimator, ForestDump } from '../../src/dump/dump.js'
import { compileEstimator } from '../../src/evaluator/estimator.js'
import { expm1f } from '../../src/arithmetic/libm32.js'
import { normalProbability } from '../../src/arithmetic/normal-probability.js'

/** Answers with what its only leaf holds. */
function leaf(...values: number[]): ForestDump {
  return {
    kind: 'forest', estimator: 'RandomForestClassifier', split: '<=', precision: 'float32', features: ['x'],
    leaves: 'values', nOutputs: values.length, aggregate: 'mean',
    trees: [{
      childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2],
      value: [values.flatMap((value, i) => [i, value])]
    }]
  }
}

function answer(estimator: Estimator): { values: number[], decide: ((output: number) => number | undefined) } {
  const compiled = compileEstimator(estimator, ['x'])
  const values = new Float64Array(compiled.nValues)
  compiled.evaluate(Float64Array.of(0), values)
  return { values: [...values], decide: output => compiled.decide?.(values, output) }
}

t.test('a threshold is reached by its very value, for either class', async t => {
  const decide = (positive: 0 | 1, threshold: number) =>
    answer({ kind: 'thresholded', member: leaf(0.7, 0.3), score: 'probability', positive, threshold }).decide(0)
  t.equal(decide(1, 0.3), 1)
  t.equal(decide(1, 0.30000000000000004), 0)
  t.equal(decide(0, 0.7), 0)
  t.equal(decide(0, 0.71), 1)
  t.throws(() => answer({ kind: 'thresholded', member: leaf(1, 0, 0), score: 'probability', positive: 1, threshold: 0.5 }), /two classes/)
})

t.test('each output decides for itself', async t => {
  const first: Estimator = { kind: 'thresholded', member: leaf(0.7, 0.3), score: 'probability', positive: 1, threshold: 0.2 }
  const { values, decide } = answer({ kind: 'multi-output', members: [first, leaf(0.1, 0.2, 0.7), leaf(0.9, 0.1)] })
  t.strictSame(values, [0.7, 0.3, 0.1, 0.2, 0.7, 0.9, 0.1])
  t.strictSame([0, 1, 2].map(decide), [1, 2, 0])
})

t.test('the way back, in order, in either precision', async t => {
  t.strictSame(answer({
    kind: 'transformed', member: leaf(3, 4),
    inverse: [{ op: 'multiply', factor: [2, 3], offset: [1, -1] }, { op: 'apply', function: 'square' }]
  }).values, [49, 121])
  t.strictSame(answer({ kind: 'transformed', member: leaf(3), inverse: [{ op: 'scale', mean: [1], scale: [4] }] }).values, [0.5])
  t.strictSame(answer({
    kind: 'transformed', member: leaf(0.25),
    inverse: [{ op: 'quantile', quantiles: [[0, 10, 30]], references: [0, 0.5, 1], distribution: 'uniform' }]
  }).values, [5])
  t.strictSame(answer({ kind: 'transformed', member: leaf(3), inverse: [{ op: 'yeo-johnson', lambdas: [1] }] }).values, [3])
  const float32 = answer({
    kind: 'transformed', member: leaf(Math.fround(0.1)), inverse: [{ op: 'multiply', factor: [0.1] }], precision: 'float32'
  })
  t.strictSame(float32.values, [Math.fround(Math.fround(0.1) * 0.1)])
  t.throws(() => answer({ kind: 'transformed', member: leaf(3), inverse: [{ op: 'yeo-johnson', lambdas: [1, 2] }] }), /lambdas/)
})

t.test('expm1 in float32 and the normal distribution have the libraries\' bits', async t => {
  t.equal(expm1f(1), 1.7182817459106445)
  t.equal(expm1f(-30), -1)
  t.equal(expm1f(89), Infinity)
  t.ok(Object.is(expm1f(-0), -0))
  t.equal(normalProbability(0), 0.5)
  t.equal(normalProbability(1), 0.8413447460685429)
  t.equal(normalProbability(-3), 0.0013498980316300933)
})
