/** Curves of forests and of every kind of step are held against the model itself, next to all of its thresholds. */
import t from 'tap'
import type { Dump, ForestDump, Step } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { sealDump } from '../../src/model/digest.js'
import { countPlaces, cutOf, middleOf, step } from '../../src/what-if/floats.js'
import { makeDump } from '../helpers/dumps.js'
import {
  listThresholds, makeForest, makeRandom, makeStump, nextFloat32, nextFloat64, pickSeed, randomForest, randomInteger,
  randomRows, type Random
} from '../helpers/forests.js'
import { Checked } from '../helpers/what-if.js'

function start(t: { comment(text: string): void }): Random {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  return makeRandom(seed)
}

/** Any float64, small and large, of both signs. */
function randomFloat(random: Random): number {
  const x = (random() - 0.5) * 10 ** randomInteger(random, -320, 300)
  return random() < 0.1 ? 0 : random() < 0.2 ? x * 0 + randomInteger(random, -8, 8) * 2 ** -1074 : x + 0
}

t.test('places of numbers', async t => {
  const random = start(t)
  for (let i = 0; i < 20_000; i++) {
    const x = randomFloat(random)
    t.equal(step(x, 1), nextFloat64(x, true) + 0)
    t.equal(step(x, -1), nextFloat64(x, false) + 0)
    const n = Math.floor((random() - 0.5) * 2 ** randomInteger(random, 1, 45))
    const y = step(x, n)
    if (countPlaces(x, y) !== n) t.fail(`${n} places from ${x} lead to ${y}`)
    const [low, high] = n < 0 ? [y, x] : [x, y]
    const middle = middleOf(low, high)
    if (n !== 0 && !(middle >= low && middle < high)) t.fail(`${middle} is not between ${low} and ${high}`)
    if (Math.abs(n) > 1 && middle === low) t.fail(`${middle} is no middle of ${low} and ${high}`)
  }
})

t.test('the least number on the right of a threshold', async t => {
  const random = start(t)
  for (let i = 0; i < 20_000; i++) {
    const x = (random() - 0.5) * 10 ** randomInteger(random, -44, 42)
    const largest = Math.fround(3.4028234663852886e38)
    const threshold = random() < 0.1 ? Math.sign(x) * largest : random() < 0.3 && Math.abs(x) < largest ? Math.fround(x)
      : random() < 0.1 ? 0 : x
    for (const isFloat32 of [false, true]) {
      for (const isStrict of [false, true]) {
        const isRight = (x: number) => {
          const value = isFloat32 ? Math.fround(x) : x
          return isStrict ? threshold <= value : threshold < value
        }
        const cut = cutOf(threshold, isFloat32, isStrict)
        if (!isRight(cut) || isRight(nextFloat64(cut, false))) t.fail(`${threshold}, ${isFloat32}, ${isStrict}: ${cut}`)
      }
    }
  }
})

/** With the answers of its golden rows, and sealed. */
function prove(dump: Dump, rows: ReadonlyArray<Record<string, number | string | null>>): Dump {
  const model = createModel({ ...dump, golden: [] })
  return sealDump({ ...dump, golden: rows.map(input => ({ input, values: [...model.predict(input).values] })) })
}

function dumpOf(forest: ForestDump, steps: Step[] = [], rows: ReadonlyArray<Record<string, number | null>> = [],
  names?: string[], limits = {}): Dump {
  const fields = names ?? forest.features.map((_, f) => `x${f}`)
  const inputs = fields.map(name => ({ name, type: 'number' as const, fallback: { missing: 'NaN' as const },
    ...limits }))
  const outputs = [{ classes: Array.from({ length: forest.nOutputs }, (_, c) => c) }]
  return prove(makeDump({ inputs, steps, outputs, model: forest }), rows)
}

t.test('random forests of all kinds', async t => {
  const random = start(t)
  let pieces = 0
  for (let i = 0; i < 60; i++) {
    const own = randomForest(random)
    const forest = { ...own, features: own.features.map((_, f) => `x${f}`) }
    const values = randomRows(random, forest, 1)
    const row = Object.fromEntries([...values].map((x, f) => [`x${f}`, Number.isFinite(x) ? x : Number.isNaN(x)
      ? null : 1]))
    const checked = new Checked(dumpOf(forest, [], [row]), t, `forest ${i}`)
    if (checked.answer(row) === undefined) continue
    const thresholds = listThresholds(forest)
    for (const f of forest.features.keys()) {
      const near = thresholds[f].filter(Number.isFinite).flatMap(x => [
        x, nextFloat64(x, true), nextFloat64(x, false), nextFloat32(Math.fround(x), true),
          nextFloat32(Math.fround(x), false)
      ]).filter(Number.isFinite)
      const curve = checked.checkCurve(row, `x${f}`, near, false)
      t.ok(curve.exact)
      pieces += curve.pieces.length
    }
  }
  t.ok(pieces > 500, `${pieces} pieces`)
})

/** A forest of stumps on some columns. */
function makeStumps(random: Random, features: string[], range: readonly [number, number]): ForestDump {
  const trees = Array.from({ length: 24 }, () => {
    const threshold = range[0] + (range[1] - range[0]) * random()
    return makeStump({ feature: [randomInteger(random, 0, features.length - 1), -2, -2], threshold: [threshold, -2,
      -2], missingGoToLeft: [1, 1, 1] })
  })
  return makeForest(trees, { features, precision: random() < 0.5 ? 'float32' : 'float64' })
}

const STEPS: Readonly<Record<string, { readonly steps: Step[], readonly features: string[],
  readonly range: readonly [number, number], readonly exact: boolean }>> = {
  ratio: { steps: [{ op: 'derive', column: 'c', expression: ['/', 'a', ['+', 'b', 1]] }], features: ['a', 'c'],
    range: [-3, 3], exact: true },
  'a field over itself': { steps: [{ op: 'derive', column: 'c', expression: ['/', 'a', ['+', 'a', 'b']] }],
    features: ['c'], range: [-3, 3], exact: true },
  'a product of a field with itself': { steps: [{ op: 'derive', column: 'c', expression: ['*', 'a', 'a'] }],
    features: ['a', 'c'], range: [0.1, 30], exact: true },
  remainder: { steps: [{ op: 'derive', column: 'c', expression: ['%', 'a', 2.5] }], features: ['c'], range: [0,
    2.5], exact: true },
  quotient: { steps: [{ op: 'derive', column: 'c', expression: ['//', 'a', 0.7] }], features: ['c'], range: [-5, 5],
    exact: true },
  condition: { steps: [{ op: 'derive', column: 'c', expression: ['if', ['>', 'a', 1.5], ['negative', 'a'],
    ['square', 'a']] }], features: ['c'], range: [-5, 9], exact: true },
  rounded: { steps: [{ op: 'derive', column: 'c', expression: ['round', ['*', 'a', 1.1], 1] }], features: ['c'],
    range: [-5, 5], exact: true },
  logarithm: { steps: [{ op: 'derive', column: 'c', expression: ['log1p', ['absolute', 'a']] }], features: ['c'],
    range: [0, 3], exact: true },
  power: { steps: [{ op: 'power', columns: ['a', 'b'], method: 'yeo-johnson', lambdas: [0.4, 1.3],
    formula: 'power' }], features: ['a', 'b'], range: [-2, 3], exact: true },
  spline: {
    steps: [{ op: 'spline', column: 'a', knots: [-7, -6, -5, -4, -2, 0, 2, 4, 5, 6, 7], degree: 3,
      outside: 'constant', as: ['s0', 's1', 's2', 's3', 's4', 's5', 's6'] }],
    features: ['s0', 's2', 's3', 's5'], range: [0.05, 0.6], exact: true
  },
  projection: { steps: [{ op: 'project', columns: ['a', 'b'], as: ['p', 'q'], components: [[0.6, -0.8], [-0.8,
    0.6]], mean: [0.5, 1] }], features: ['p', 'q'], range: [-4, 4], exact: true },
  norm: { steps: [{ op: 'normalize', columns: ['a', 'b'], norm: 'l2', smallest: 1e-9 }], features: ['a', 'b'],
    range: [-1, 1], exact: true },
  quantiles: { steps: [{ op: 'quantile', columns: ['a'], quantiles: [[-4, -1, 0, 0.5, 4]], references: [0, 0.25,
    0.5, 0.75, 1], distribution: 'uniform' }], features: ['a'], range: [0, 1], exact: true },
  bins: { steps: [{ op: 'bin', columns: ['a', 'b'], edges: [[-2, 0, 1], [3]] }], features: ['a', 'b'], range: [0,
    3], exact: true },
  'one-hot': { steps: [{ op: 'one-hot', column: 'a', values: [-1, 0, 2], as: ['h', 'i', 'j'] }, { op: 'is-missing',
    columns: ['b'], as: ['m'] }], features: ['h', 'i', 'j', 'm'], range: [0, 1], exact: true },
  'a zero that is missing': { steps: [{ op: 'zero-to-missing', columns: ['a'], threshold: 1e-3 }, { op: 'impute',
    columns: ['b'], statistics: [2], missing: 1 }], features: ['a', 'b'], range: [-2, 2], exact: true }
}

for (const [name, { steps, features, range, exact }] of Object.entries(STEPS)) {
  t.test(name, async t => {
    const random = start(t)
    let pieces = 0
    for (let i = 0; i < 5; i++) {
      const row = { a: Math.round(20 * random()) / 5 - 2, b: Math.round(20 * random()) / 5 + 0.3 }
      const forest = makeStumps(random, features, range)
      const dump = dumpOf(forest, steps, [row], ['a', 'b'], { minimum: -10, maximum: 10 })
      const checked = new Checked(dump, t, name)
      for (const field of ['a', 'b']) {
        const any = Array.from({ length: 200 }, () => 10 * random() - 5)
        const found = checked.whatIf.curve(row, field).pieces.flatMap(({ from, to }) => [from, to])
        const close = found.flatMap(x => Array.from({ length: 5 }, () => step(x, randomInteger(random, -50,
          50)))).filter(Number.isFinite)
        const curve = checked.checkCurve(row, field, [...any, ...close, -1, 0, 1, 2], false)
        t.equal(curve.exact, exact)
        pieces += curve.pieces.length
      }
    }
    t.ok(pieces > 15, `${pieces} pieces`)
  })
}
