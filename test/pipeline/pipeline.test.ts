/** What the fixtures of scikit-learn cannot show: refusals in words, damaged steps, and what is left out. */
import t, { type Test } from 'tap'
import type { Step } from '../../src/dump/steps.js'
import type { Input } from '../../src/dump/dump.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { InputError, type Row } from '../../src/errors/input-error.js'
import { createStepTools } from '../../src/model/create-step-tools.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'

const NUMBER: Input = { name: 'x', type: 'number', fallback: { missing: 'NaN' } }
const TEXT: Input = { name: 'city', type: 'category', categories: ['Ambon', 'Bandung'], fallback: { missing: null, unknown: null } }

function run(steps: Step[], features: string[], row: Row): number[] {
  const values = new Float64Array(features.length)
  compilePipeline({ inputs: [NUMBER, TEXT], steps }, features, createStepTools()).run(row, values)
  return [...values]
}

interface Problem { field: string, expected: RegExp | string, received: string }

function refuses(t: Test, steps: Step[], features: string[], row: Row, problem: Problem): void {
  try {
    run(steps, features, row)
    t.fail('the row was taken')
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    t.match(error.problems, [problem])
  }
}

t.test('missing text is NaN, unknown text -1, and a lookup tells them apart', async t => {
  const steps: Step[] = [{ op: 'lookup', column: 'city', values: [0, 1], results: [10, 11], missing: 12, unknown: 'NaN' }]
  t.strictSame(run([], ['city'], { city: 'Bandung' }), [1])
  t.strictSame(run([], ['city'], { city: 'Atlantis' }), [-1])
  t.ok(Number.isNaN(run([], ['city'], { city: null })[0]))
  t.strictSame(run(steps, ['city'], { city: 'Bandung' }), [11])
  t.strictSame(run(steps, ['city'], {}), [12])
  t.ok(Number.isNaN(run(steps, ['city'], { city: 'Atlantis' })[0]))
})

t.test('a lookup without an answer refuses the row, in the words of the caller', async t => {
  const city: Step[] = [{ op: 'lookup', column: 'city', values: [1], results: [0] }]
  refuses(t, city, ['city'], { city: 'Ambon' }, { field: 'city', expected: 'one of Bandung', received: 'the text "Ambon"' })
  refuses(t, city, ['city'], { city: null }, { field: 'city', expected: 'one of Bandung', received: 'null' })
  const many = Array.from({ length: 30 }, (_, i) => i)
  const x: Step[] = [{ op: 'lookup', column: 'x', values: many, results: many }]
  refuses(t, x, ['x'], { x: 7.5 }, { field: 'x', expected: /^one of 0, 1, .*, 19 and 10 more$/, received: 'the number 7.5' })
  t.strictSame(run(x, ['x'], { x: 29 }), [29])
})

t.test('a check names the inputs that a value comes from', async t => {
  const steps: Step[] = [
    { op: 'derive', column: 'square', expression: ['*', 'x', 'x'] },
    { op: 'check', columns: ['square'], missing: false }
  ]
  refuses(t, steps, ['square'], { x: 1e200 }, { field: 'x', expected: /can compute with, not missing/, received: 'the number 1e+200' })
  refuses(t, steps, ['square'], { x: null }, { field: 'x', expected: /not missing/, received: 'null' })
  t.strictSame(run(steps, ['square'], { x: 3 }), [9])
  refuses(t, steps, ['x'], { x: 1e200 }, { field: 'x', expected: /can compute/, received: 'the number 1e+200' })
  const lenient: Step[] = [{ op: 'check', columns: ['x'], missing: true }]
  t.ok(Number.isNaN(run(lenient, ['x'], {})[0]))
  refuses(t, lenient, ['x'], { x: 1e999 }, { field: 'x', expected: /a number/, received: 'a number too large for 64 bits' })
})

t.test('a row of norms comes from all of its inputs', async t => {
  const steps: Step[] = [
    { op: 'derive', column: 'y', expression: ['*', 2, 'city'] },
    { op: 'normalize', columns: ['x', 'y'], norm: 'max', smallest: 5e-324 }
  ]
  const pipeline = compilePipeline({ inputs: [NUMBER, TEXT], steps }, ['x'], createStepTools())
  t.strictSame([...pipeline.usedInputs], ['x', 'city'])
  t.strictSame(run(steps, ['x', 'y'], { x: 4, city: 'Bandung' }), [1, 0.5])
  t.strictSame(run(steps, ['x', 'y'], { x: 0, city: 'Ambon' }), [0, 0])
})

t.test('Box-Cox refuses what is not above 0', async t => {
  const steps: Step[] = [{ op: 'power', columns: ['x'], method: 'box-cox', lambdas: [0], formula: 'power' }]
  t.strictSame(run(steps, ['x'], { x: 1 }), [0])
  refuses(t, steps, ['x'], { x: 0 }, { field: 'x', expected: 'a number above 0', received: 'the number 0' })
})

t.test('steps that contradict themselves', async t => {
  const damaged: Array<[Step, RegExp]> = [
    [{ op: 'scale', columns: ['x'], mean: [1, 2] }, /steps\[0\]\.mean: expected one entry for each of the 1 columns, received 2/],
    [{ op: 'multiply', columns: ['x'], factor: [] }, /steps\[0\]\.factor/],
    [{ op: 'bin', columns: ['x'], edges: [] }, /steps\[0\]\.edges/],
    [{ op: 'lookup', column: 'x', values: [1], results: [] }, /steps\[0\]\.results/],
    [{ op: 'is-missing', columns: ['x'], as: ['a', 'b'] }, /steps\[0\]\.as/],
    [{ op: 'is-missing', columns: ['x'], as: ['city'] }, /"city" exists already/],
    [{ op: 'one-hot', column: 'x', values: [1], as: ['a', 'b'] }, /steps\[0\]\.values/],
    [{ op: 'knn-impute', columns: ['x'], data: [[1], [2]], neighbors: 1, weights: 'uniform' }, /steps\[0\]\.data/],
    [{ op: 'quantile', columns: ['x'], quantiles: [[1]], references: [0, 1], distribution: 'normal' }, /steps\[0\]\.quantiles\[0\]/],
    [{ op: 'power', columns: ['x'], method: 'box-cox', lambdas: [], formula: 'power' }, /steps\[0\]\.lambdas/],
    [{ op: 'impute', columns: ['x', 'z'], statistics: [1, 2] }, /there is no column "z"/]
  ]
  for (const [step, message] of damaged) {
    t.throws(() => compilePipeline({ inputs: [NUMBER, TEXT], steps: [step] }, ['x'], createStepTools()), { message })
    t.throws(() => compilePipeline({ inputs: [NUMBER, TEXT], steps: [step] }, ['x'], createStepTools()), DumpError)
  }
})
