/** Golden rows guard: without its digest, most edits of a dump's trees are noticed all the same. */
import { readFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import type { Dump, ForestDump } from '../../src/dump/dump.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { listForests } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { checkContent } from '../../src/model/check-content.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { computeGoldenRows } from '../../tools/convert/golden.js'
import { Coverage } from '../../tools/convert/golden/coverage.js'
import { openProbe } from '../../tools/convert/golden/probe.js'
import { makeDump } from '../helpers/dumps.js'
import { fixturePath } from '../helpers/fixtures.js'
import { makeForest, makeRandom, makeStump, pickSeed, randomInteger, type Random } from '../helpers/forests.js'

const FILES = [
  'estimators/1.9/boosting-binary.pkl', 'estimators/1.9/forest-classifier-missing.pkl', 'estimators/1.9/hist-scorer.pkl',
  'estimators/1.9/isolation-subsets.pkl', 'estimators/1.9/temperature-forest-binary.pkl',
  'boosters/estimators/xgboost-pipeline-3.2.pkl', 'boosters/estimators/lightgbm-pandas-4.7.pkl',
  'boosters/xgboost/3.2-logistic.ubj'
]

async function convert(t: Test, file: string): Promise<Dump> {
  const [{ path }] = await convertFiles([fixturePath(file)], { out: t.testdir(), name: 'model' })
  return JSON.parse(await readFile(path, 'utf8')) as Dump
}

const isNoticed = (dump: Dump): boolean => {
  try {
    createModel(checkContent(dump))
    return false
  } catch (error) {
    if (!(error instanceof DumpError)) throw error
    return true
  }
}

/** Changes a threshold, a leaf's value, a child or a feature, as many of each, at nodes that are asked. */
function edit(forest: ForestDump, kind: number, random: Random): (() => void) | undefined {
  const trees = forest.trees.filter(tree => tree.feature.length > 1)
  const tree = trees[randomInteger(random, 0, trees.length - 1)]
  const inner = tree.childrenLeft.flatMap((child, node) => child === -1 ? [] : [node])
  const node = inner[randomInteger(random, 0, inner.length - 1)]
  const set = <T>(list: T[], at: number, value: T) => {
    const before = list[at]
    if (Object.is(before, value)) return undefined
    list[at] = value
    return () => { list[at] = before }
  }
  if (kind === 0) {
    if (tree.categoricalSplits?.some(split => split.node === node) === true) return undefined
    const others = trees.flatMap(({ feature, threshold }) =>
      threshold.filter((_, i) => feature[i] === tree.feature[node]))
    return set(tree.threshold, node, others[randomInteger(random, 0, others.length - 1)])
  }
  if (kind === 1) {
    const leaf = randomInteger(random, 0, tree.value.length - 1)
    const value = tree.value[leaf]
    if (typeof value !== 'number') return set(value, 1, value[1] * 0.9)
    return set(tree.value, leaf, forest.leaves === 'probabilities' ? (value + 1) % forest.nOutputs : value * 1.1)
  }
  if (kind === 2) return set(tree.childrenRight, node, randomInteger(random, 0, tree.feature.length - 1))
  return set(tree.feature, node, randomInteger(random, 0, forest.features.length - 1))
}

t.test('of edits at asked nodes at least 60% are noticed without the digest', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  let edits = 0
  let noticed = 0
  for (const file of FILES) {
    const dump = await convert(t, file)
    if (isNoticed(dump)) t.fail(`${file}: refused as it is`)
    const forests = listForests(dump.model).filter(({ trees }) => trees.some(tree => tree.feature.length > 1))
    for (let i = 0; i < 100; i++) {
      const undo = edit(forests[randomInteger(random, 0, forests.length - 1)], i % 4, random)
      if (undo === undefined) continue
      edits++
      if (isNoticed(dump)) noticed++
      undo()
    }
  }
  t.ok(edits > 400)
  t.ok(noticed >= 0.6 * edits, `${noticed} of ${edits}`)
})

t.test('they reach nearly all leaves of small forests, and are the same again', async t => {
  for (const file of FILES) {
    const dump = await convert(t, file)
    const probe = openProbe(dump)
    const coverage = new Coverage(dump, probe.columns)
    for (const { input } of dump.golden) coverage.add(probe.columnsOf(input) ?? new Float64Array())
    t.ok(coverage.share > 0.8, `${file}: ${coverage.share} in ${dump.golden.length} rows`)
    t.ok(dump.golden.length >= 16 && dump.golden.length <= 64, `${file}: ${dump.golden.length} rows`)
    t.strictSame(computeGoldenRows(dump), dump.golden, file)
  }
})

const tree = (threshold: number) => makeStump({ threshold: [threshold, -2, -2] })

t.test('thresholds are met exactly, on the side that the comparison has', async t => {
  for (const split of ['<', '<='] as const) {
    const dump = makeDump({ model: makeForest([tree(41)], { split, features: ['f0'] }) })
    const values = computeGoldenRows(dump).map(({ input }) => Number(input.f0))
    const above = Math.fround(41) + 2 ** -18
    const lowest = Math.min(...values.filter(x => split === '<' ? x >= 41 : x > 41))
    const highest = Math.max(...values.filter(x => split === '<' ? x < 41 : x <= 41))
    t.ok(lowest <= above && highest > 40.999, `${split}: ${highest} and ${lowest}`)
  }
})

t.test('thresholds of scaled columns are met in the unit of the input', async t => {
  const dump = makeDump({
    steps: [{ op: 'scale', columns: ['f0'], mean: [1000], scale: [250] }],
    model: makeForest([tree(0.002), tree(0.006), tree(1.002)], { features: ['f0'] })
  })
  const rows = computeGoldenRows(dump)
  t.equal(rows[0].input.f0, 1001, 'the first is from the middle, 1001.5: all thresholds lie between whole numbers')
  for (const threshold of [1000.5, 1001.5, 1250.5]) {
    t.ok(rows.some(({ input }) => Math.abs(Number(input.f0) - threshold) < 1e-3), String(threshold))
  }
})

t.test('numbers that only a lookup knows are found', async t => {
  const dump = makeDump({
    inputs: [{ name: 'f0', type: 'number' }],
    steps: [{ op: 'lookup', column: 'f0', values: [7, 1234, -5], results: [0, 1, 2], unknown: -1 }],
    model: makeForest([tree(-0.5), tree(0.5), tree(1.5)], { features: ['f0'] })
  })
  const values = computeGoldenRows(dump).map(({ input }) => input.f0)
  for (const value of [7, 1234, -5]) t.ok(values.includes(value), String(value))
})
