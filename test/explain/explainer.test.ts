/** Explanations are held against the game itself: all coalitions of players, and exact fractions. */
import t from 'tap'
import type { Dump, ForestDump, TreeDump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { createExplainer } from '../../src/explain/explainer.js'
import { makeDump, makeOutlierDump } from '../helpers/dumps.js'
import { makeForest, makeRandom, pickSeed, randomForest, randomInteger, randomRows, type Random } from '../helpers/forests.js'

/** Random training weights, which a parent has of its children; some are 0. */
function weigh(random: Random, tree: TreeDump): void {
  const weights = new Array<number>(tree.feature.length).fill(0)
  const weightOf = (node: number): number => {
    const left = tree.childrenLeft[node]
    weights[node] = left === -1
      ? random() < 0.1 ? 0 : randomInteger(random, 1, 50)
      : weightOf(left) + weightOf(tree.childrenRight[node])
    return weights[node]
  }
  weightOf(0)
  tree.weightedNNodeSamples = weights
}

/** A leaf's value of an output. */
function leafValue(forest: ForestDump, leaf: TreeDump['value'][number], output: number): number {
  if (typeof leaf === 'number') return forest.leaves === 'probabilities' ? leaf === output ? 1 : 0 : leaf
  const at = leaf.findIndex((o, i) => i % 2 === 0 && o === output)
  return at < 0 ? 0 : leaf[at + 1]
}

/** What is expected of a row of which only some players are known. */
function expectation(
  forest: ForestDump, row: Float64Array, output: number, isKnown: (feature: number) => boolean
): number {
  const round = (x: number) => forest.precision === 'float32' ? Math.fround(x) : x
  const total = forest.trees.map(tree => {
    const leaves = tree.feature.flatMap((_, node) => tree.childrenLeft[node] === -1 ? [node] : [])
    const visit = (node: number): number => {
      const left = tree.childrenLeft[node]
      const right = tree.childrenRight[node]
      if (left === -1) return leafValue(forest, tree.value[leaves.indexOf(node)], output)
      const x = round(row[tree.feature[node]])
      if (isKnown(tree.feature[node])) {
        const threshold = Number(tree.threshold[node])
        const goesLeft = Number.isNaN(x) ? tree.missingGoToLeft?.[node] === 1
          : forest.split === '<' ? x < threshold : x <= threshold
        return visit(goesLeft ? left : right)
      }
      const weights = tree.weightedNNodeSamples ?? []
      const both = weights[left] + weights[right]
      const share = both === 0 ? 0.5 : weights[left] / both
      return share * visit(left) + (both === 0 ? 0.5 : weights[right] / both) * visit(right)
    }
    return visit(0)
  })
  return total.reduce((sum, value) => sum + value, 0) / (forest.aggregate === 'mean' ? forest.trees.length : 1)
}

/** What is expected of each coalition of players. */
function listWorths(forest: ForestDump, row: Float64Array, output: number, playerOf: readonly number[]): number[] {
  return Array.from({ length: 2 ** (Math.max(...playerOf) + 1) }, (_, known) =>
    expectation(forest, row, output, feature => (known >> playerOf[feature] & 1) === 1))
}

const factorial = (n: number): number => n < 2 ? 1 : n * factorial(n - 1)

const sizeOf = (known: number) => known.toString(2).replaceAll('0', '').length

/** Shapley values by their definition. */
function bruteForce(forest: ForestDump, row: Float64Array, output: number, playerOf: readonly number[]): number[] {
  const nPlayers = Math.max(...playerOf) + 1
  const worth = listWorths(forest, row, output, playerOf)
  return Array.from({ length: nPlayers }, (_, player) => {
    let sum = 0
    for (let known = 0; known < worth.length; known++) {
      if ((known >> player & 1) === 1) continue
      const size = sizeOf(known)
      const weight = factorial(size) * factorial(nPlayers - size - 1) / factorial(nPlayers)
      sum += weight * (worth[known | 1 << player] - worth[known])
    }
    return sum
  })
}

/** Half of the Shapley interaction value of two players by its definition. */
function bruteInteraction(
  forest: ForestDump, row: Float64Array, output: number, playerOf: readonly number[], i: number, j: number
): number {
  const nPlayers = Math.max(...playerOf) + 1
  const worth = listWorths(forest, row, output, playerOf)
  let sum = 0
  for (let known = 0; known < worth.length; known++) {
    if ((known >> i & 1) === 1 || (known >> j & 1) === 1) continue
    const size = sizeOf(known)
    const weight = factorial(size) * factorial(nPlayers - size - 2) / factorial(nPlayers - 1)
    sum += weight * (worth[known | 1 << i | 1 << j] - worth[known | 1 << i] - worth[known | 1 << j] + worth[known])
  }
  return sum / 2
}

/** A field per column. */
function dumpOf(forest: ForestDump): Dump {
  const { features } = forest
  const inputs = features.map((_, f) => ({ name: `x${f}`, type: 'number' as const, fallback: { missing: 'NaN' as const } }))
  const outputs = [{ classes: Array.from({ length: forest.nOutputs }, (_, c) => c) }]
  const model = { ...forest, features: inputs.map(({ name }) => name) }
  return makeDump({ inputs, steps: [], outputs, golden: [], model })
}

t.test('all coalitions of random forests', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  let checked = 0
  while (checked < 60) {
    const forest = randomForest(random)
    if (forest.features.length > 6) continue
    for (const tree of forest.trees) weigh(random, tree)
    const dump = dumpOf(forest)
    const explainer = createExplainer(dump)
    const model = createModel(dump)
    const rows = randomRows(random, forest, 3)
    const playerOf = forest.features.map((_, f) => f)
    for (let r = 0; r < 3; r++) {
      const row = rows.subarray(r * forest.features.length, (r + 1) * forest.features.length)
      const fields = Object.fromEntries([...row].map((x, f) => [`x${f}`, Number.isNaN(x) ? null : x]))
      const output = randomInteger(random, 0, forest.nOutputs - 1)
      const { base, value, contributions } = explainer.explain(fields, 0, output)
      const expected = bruteForce(forest, row, output, playerOf)
      const worst = Math.max(...contributions.map(({ fields: [name], contribution }) =>
        Math.abs(contribution - expected[Number(name.slice(1))])))
      t.ok(worst < 1e-12, `player ${worst}`)
      t.ok(Math.abs(base - expectation(forest, row, output, () => false)) < 1e-12, 'base')
      t.ok(Math.abs(value - model.predict(fields).values[output]) < 1e-12, 'adds up to the prediction')
      const numberOf = (name: string) => Number(name.slice(1))
      for (const [number, all] of explainer.explainAll(fields, 0).entries()) {
        const own = bruteForce(forest, row, number, playerOf)
        const errors = all.contributions.map(({ fields: [name], contribution }) => contribution - own[numberOf(name)])
        t.ok(Math.max(...errors.map(Math.abs)) < 1e-12, `class ${number} among all: ${String(errors)}`)
        t.ok(Math.abs(all.value - model.predict(fields).values[number]) < 1e-12, 'adds up among all')
      }
      const interactions = explainer.interact(fields, 0, output)
      for (const [i, { fields: [a] }] of contributions.entries()) {
        for (const [j, { fields: [b] }] of contributions.entries()) {
          const half = i === j ? 0 : bruteInteraction(forest, row, output, playerOf, numberOf(a), numberOf(b))
          t.ok(Math.abs(interactions[i * contributions.length + j] - half) < 1e-12, `${a} with ${b}`)
        }
      }
    }
    checked++
  }
})

t.test('columns of one field are one player, columns of several fields are one of their own', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  for (let i = 0; i < 20; i++) {
    let forest = randomForest(random)
    while (forest.features.length !== 6 || forest.trees[0].missingGoToLeft !== undefined) forest = randomForest(random)
    for (const tree of forest.trees) weigh(random, tree)
    // Columns a, b, a * b, 2 a, b * a + a, c: players a, b, {a, b}, c.
    const names = ['a', 'b', 'product', 'double', 'sum', 'c']
    const dump = makeDump({
      inputs: ['a', 'b', 'c'].map(name => ({ name, type: 'number' as const })),
      steps: [
        { op: 'derive', column: 'product', expression: ['*', 'a', 'b'] },
        { op: 'derive', column: 'double', expression: ['*', 'a', 2] },
        { op: 'derive', column: 'sum', expression: ['+', 'product', 'a'] }
      ],
      outputs: [{ classes: Array.from({ length: forest.nOutputs }, (_, c) => c) }],
      golden: [],
      model: { ...forest, features: names }
    })
    const [a, b, c] = [random() * 2 - 1, random() * 2 - 1, random() * 2 - 1]
    const { contributions } = createExplainer(dump).explain({ a, b, c }, 0, 0)
    const expected = bruteForce(forest, Float64Array.of(a, b, a * b, 2 * a, a * b + a, c), 0, [0, 1, 2, 0, 2, 3])
    t.strictSame(contributions.map(({ fields }) => fields.join('*')), ['a', 'b', 'c', 'a*b'])
    const found = [0, 1, 3, 2].map(player => contributions[player].contribution)
    const errors = found.map((value, player) => Math.abs(value - expected[player]))
    t.ok(Math.max(...errors) < 1e-12, String(errors))
    // The columns themselves, as others take them.
    const columns = createExplainer(dump, undefined, 'columns').explain({ a, b, c }, 0, 0).contributions
    t.strictSame(columns.map(({ column }) => column), names)
    t.strictSame(columns.map(({ fields }) => fields.join('*')), ['a', 'b', 'a*b', 'a', 'a*b', 'c'])
    const ofColumns = bruteForce(forest, Float64Array.of(a, b, a * b, 2 * a, a * b + a, c), 0, [0, 1, 2, 3, 4, 5])
    t.ok(Math.max(...columns.map(({ contribution }, f) => Math.abs(contribution - ofColumns[f]))) < 1e-12, 'columns')
  }
})

/** One path of as many players as there are shares, to a leaf of 1 among leaves of 0. */
function pathOf(counts: ReadonlyArray<readonly [yes: number, no: number]>): TreeDump {
  const n = counts.length
  const weights: number[] = []
  const tree: TreeDump = {
    childrenLeft: [], childrenRight: [], feature: [], threshold: [], value: [], weightedNNodeSamples: weights
  }
  for (let i = 0; i < n; i++) {
    tree.childrenLeft.push(2 * i + 2, -1)
    tree.childrenRight.push(2 * i + 1, -1)
    tree.feature.push(i, -2)
    tree.threshold.push(0, -2)
    tree.value.push(0)
    weights.push(counts[i][0] + counts[i][1], counts[i][1])
  }
  tree.childrenLeft.push(-1)
  tree.childrenRight.push(-1)
  tree.feature.push(-2)
  tree.threshold.push(-2)
  tree.value.push(1)
  // What reaches a node is not what its own counts add up to: only their ratio matters, so siblings have both.
  for (let i = 0; i < n; i++) weights[2 * i + 2] = counts[i][0]
  return tree
}

/** Shapley values of such a path as fractions: [numerator, denominator] per player. */
function exactValues(
  counts: ReadonlyArray<readonly [number, number]>, kept: readonly boolean[]
): Array<[bigint, bigint]> {
  const n = counts.length
  const factorials = [1n]
  for (let i = 1; i <= n; i++) factorials.push(factorials[i - 1] * BigInt(i))
  const yes = counts.map(([y]) => BigInt(y))
  const all = counts.map(([y, no]) => BigInt(y + no))
  const denominator = all.reduce((product, count) => product * count, factorials[n])
  return counts.map((_, player) => {
    // Of every other player: known and kept, known and broken (then nothing is left), or unknown.
    let known = [1n]
    for (let j = 0; j < n; j++) {
      if (j === player) continue
      const next = new Array<bigint>(known.length + 1).fill(0n)
      known.forEach((product, size) => {
        next[size] += product * yes[j]
        if (kept[j]) next[size + 1] += product * all[j]
      })
      known = next
    }
    const gain = kept[player] ? all[player] - yes[player] : -yes[player]
    const sum = known.reduce((total, product, size) =>
      size > n - 1 ? total : total + product * factorials[size] * factorials[n - 1 - size], 0n)
    return [gain * sum, denominator]
  })
}

/** |a / b - x| / |a / b|, where the quotient has 60 digits. */
function relativeError([numerator, denominator]: readonly [bigint, bigint], x: number): number {
  const scale = 10n ** 60n
  const value = new Float64Array([x])
  const [bits] = new BigUint64Array(value.buffer)
  const exponent = Number(bits >> 52n & 2047n)
  const mantissa = (bits & (1n << 52n) - 1n | 1n << 52n) * (bits >> 63n === 1n ? -1n : 1n)
  const shift = 1075 - exponent
  // x = mantissa / 2^shift
  const difference = numerator * (1n << BigInt(shift)) - mantissa * denominator
  return Math.abs(Number(difference * scale / (numerator * (1n << BigInt(shift)))) / 1e60)
}

/** A model of one path, on which each player has one split. */
function makeChain(counts: Parameters<typeof pathOf>[0]): Dump {
  const names = counts.map((_, p) => `x${p}`)
  return makeDump({
    inputs: names.map(name => ({ name, type: 'number' as const })),
    golden: [],
    model: makeForest([pathOf(counts)], { features: names })
  })
}

t.test('exact fractions, up to thirty players on a path', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  let worst = 0
  for (const n of [1, 2, 3, 5, 8, 9, 12, 16, 23, 30]) {
    for (let i = 0; i < 10; i++) {
      // Shares that float64 has exactly: else what is measured is their own rounding, and that of 1 - share.
      const yes = Array.from({ length: n }, () => randomInteger(random, 1, 4095))
      const counts = yes.map(count => [count, 4096 - count] as const)
      const kept = counts.map(() => random() < i / 9)
      const dump = makeChain(counts)
      const row = Object.fromEntries(dump.inputs.map(({ name }, p) => [name, kept[p] ? -1 : 1]))
      const { contributions } = createExplainer(dump).explain(row, 0, 1)
      const exact = exactValues(counts, kept)
      for (const { fields: [name], contribution } of contributions) {
        worst = Math.max(worst, relativeError(exact[Number(name.slice(1))], contribution))
      }
    }
  }
  t.comment(`largest relative error ${worst}`)
  t.ok(worst < 1e-14, String(worst))
})

t.test('exact fractions of paths that are too long for one mask', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  let worst = 0
  for (const n of [31, 32, 60, 61, 95]) {
    for (let i = 0; i < 4; i++) {
      // Mostly large shares, as deep trees have: else all of it is too small to be seen.
      const yes = Array.from({ length: n }, () => randomInteger(random, 3500, 4095))
      const counts = yes.map(count => [count, 4096 - count] as const)
      const kept = counts.map(() => random() < 0.7 + 0.1 * i)
      const dump = makeChain(counts)
      const row = Object.fromEntries(dump.inputs.map(({ name }, p) => [name, kept[p] ? -1 : 1]))
      const explainer = createExplainer(dump)
      const exact = exactValues(counts, kept)
      for (const { fields: [name], contribution } of explainer.explain(row, 0, 1).contributions) {
        worst = Math.max(worst, relativeError(exact[Number(name.slice(1))], contribution))
      }
      const [opposite, all] = explainer.explainAll(row, 0)
      t.ok(Math.abs(opposite.value + all.value - 1) < 1e-12)
      t.ok(Math.abs(all.value - (kept.every(Boolean) ? 1 : 0)) < 1e-12, `${all.value}`)
    }
  }
  t.comment(`largest relative error ${worst}`)
  t.ok(worst < 1e-12, String(worst))
})

t.test('paths that take for ever are refused at once', t => {
  const chainOf = (n: number) => makeChain(Array.from({ length: n }, () => [4095, 1]))
  t.doesNotThrow(() => createExplainer(chainOf(2900)))
  t.throws(() => createExplainer(chainOf(3000)), { name: 'NotAdditiveError', message: /minutes; compare the row/ })
  t.throws(() => createExplainer(chainOf(50_000)), { name: 'NotAdditiveError', message: /minutes/ })
  t.end()
})

t.test('what is no sum over trees says so', async t => {
  const forest = makeForest([makeDump().model].flatMap(model => model.kind === 'forest' ? model.trees : []))
  t.throws(() => createExplainer(makeDump({ model: forest })), { name: 'NotAdditiveError', message: /training rows/ })
  const linear = {
    kind: 'linear' as const, estimator: 'LogisticRegression', features: ['f0'], coef: [[1]], intercept: [0],
    link: { kind: 'decision' as const }
  }
  t.throws(() => createExplainer(makeDump({ model: linear })), { name: 'NotAdditiveError', message: /linear model/ })
  const vote = makeDump({ model: { kind: 'vote', members: [forest] } })
  t.throws(() => createExplainer(vote), { name: 'NotAdditiveError', message: /vote/ })
  const outlier = makeOutlierDump()
  if (outlier.model.kind === 'forest') outlier.model.trees[0].weightedNNodeSamples = [10, 4, 6]
  const explainer = createExplainer(outlier)
  t.equal(explainer.space, 'mean path length')
  t.match(explainer.explain({ f0: 1, f1: null }, 0, 0), { label: undefined, value: 8, contributions: [{ fields: ['f0'] }, {}] })
})
