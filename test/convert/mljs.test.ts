import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { listForests } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import type { Model } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { makeRandom } from '../helpers/forests.js'

type Library = RandomForestClassifier | RandomForestRegression

const N_FEATURES = 4
const random = makeRandom(11)

/** Whole numbers, so that values meet each other, and some thresholds, exactly. */
const ROWS = Array.from({ length: 150 }, () => Array.from({ length: N_FEATURES }, () => Math.floor(random() * 12)))
const CLASSES = ROWS.map(([a, b, c]) => (a + b > 11 ? 1 : 0) + (c > 8 && random() < 0.8 ? 1 : 0))
const VALUES = ROWS.map(([a, b, c, d]) => a * 1.1 - b / 3 + (c > 6 ? d : 0) + random())

interface Options {
  nEstimators?: number
  maxFeatures?: number
  replacement?: boolean
  selectionMethod?: 'mean' | 'median'
}

const settle = (options: Options) => ({
  seed: 5, nEstimators: 5, maxFeatures: 3, replacement: false, noOOB: true, treeOptions: { minNumSamples: 8 },
  ...options
})

function trainClassifier(options: Options = {}, classes = CLASSES): RandomForestClassifier {
  const forest = new RandomForestClassifier(settle(options))
  forest.train(ROWS, classes)
  return forest
}

function trainRegression(options: Options = {}): RandomForestRegression {
  const forest = new RandomForestRegression(settle(options))
  forest.train(ROWS, VALUES)
  return forest
}

/** Converts what toJSON() gives, as a file, and reads the dump back. */
async function convert(t: Test, content: unknown, file = 'forest.json'): Promise<{ dump: Dump, model: Model }> {
  const dir = t.testdir({ dumps: {} })
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  await writeFile(join(dir, file), file.endsWith('.gz') ? gzipSync(text) : text)
  const [{ path }] = await convertFiles([join(dir, file)], { out: join(dir, 'dumps') })
  const dump = parseDump(await readFile(path, 'utf8'))
  return { dump, model: createModel(dump) }
}

/** The training rows, and each split's threshold in one of them: itself, and the next number on either side. */
function makeProbes(dump: Dump): number[][] {
  const probes = [...ROWS]
  for (const { feature, threshold } of listForests(dump.model).flatMap(forest => forest.trees)) {
    feature.forEach((column, node) => {
      if (column < 0) return
      const value = Number(threshold[node])
      const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 1e-3))) - 52)
      for (const x of [value, value - ulp, value + ulp]) probes.push(ROWS[probes.length % ROWS.length].with(column, x))
    })
  }
  return probes
}

const toInput = (row: readonly number[]) => Object.fromEntries(row.map((x, i) => [`x${i}`, x]))

function countVotes(forest: Library, rows: number[][]): number[][] {
  const votes = forest.predictionValues(rows)
  return rows.map((_, r) => votes.getRow(r))
}

const classifiers: Array<[name: string, train: () => RandomForestClassifier, labels: number[]]> = [
  ['five trees, three classes', () => trainClassifier(), [0, 1, 2]],
  ['an even number of trees', () => trainClassifier({ nEstimators: 6 }), [0, 1, 2]],
  ['columns drawn with replacement', () => trainClassifier({ replacement: true, maxFeatures: 1 }), [0, 1, 2]],
  ['labels that do not start at 0', () => trainClassifier({}, CLASSES.map(label => label === 0 ? 3 : 7)), [3, 7]]
]

for (const [name, train, labels] of classifiers) {
  t.test(`classifier, ${name}: the votes and predictions of the library`, async t => {
    const forest = train()
    const { dump, model } = await convert(t, forest)
    t.strictSame(model.outputs, [{ classes: labels }])
    t.match(dump.model, { split: '<', precision: 'float64', estimator: 'RandomForestClassifier' })
    const probes = makeProbes(dump)
    const predicted = forest.predict(probes)
    let ties = 0
    let late = 0
    countVotes(forest, probes).forEach((votes, r) => {
      const counts = labels.map(label => votes.filter(vote => vote === label).length)
      const { values, classIndexes: [index] } = model.predict(toInput(probes[r]))
      if (firstDifference(values, counts.map(count => count / votes.length)) >= 0) t.fail(`votes of row ${r}`)
      const most = counts.flatMap((count, c) => count === Math.max(...counts) ? [labels[c]] : [])
      if (most.length > 1) ties++
      if (labels[index] !== predicted[r]) t.fail(`row ${r}: ${labels[index]} for ${predicted[r]}`)
      if (predicted[r] !== most[0]) late++
    })
    t.ok(probes.length > ROWS.length + 50, `${probes.length} rows, ${ties} tied, ${late} not for the first class`)
    t.equal(late > 0, labels.length > 2, 'some ties are not for the first class')
  })
}

t.test('regression: the values of the library', async t => {
  for (const options of [{ nEstimators: 5 }, { nEstimators: 6 }, { selectionMethod: 'median' as const },
    { nEstimators: 6, selectionMethod: 'median' as const }, { nEstimators: 1, selectionMethod: 'median' as const }]) {
    const forest = trainRegression(options)
    const { dump, model } = await convert(t, forest)
    t.strictSame(model.outputs, [{}])
    const probes = makeProbes(dump)
    const values = probes.map(row => model.predict(toInput(row)).values[0])
    t.equal(firstDifference(values, forest.predict(probes)), -1, `${JSON.stringify(options)}, ${probes.length} rows`)
  }
})

t.test('what the dump says of itself', async t => {
  const { dump, model } = await convert(t, trainRegression(), 'My forest.json.gz')
  t.equal(dump.name, 'My-forest')
  t.match(dump.provenance, { recipe: 'mljs', estimator: 'ml-random-forest RandomForestRegression' })
  t.notOk(dump.provenance.sklearnVersion)
  t.strictSame(dump.inputs.map(input => input.name), ['x0', 'x1', 'x2', 'x3'])
  t.throws(() => model.predict({ x0: 1, x1: 1, x2: 1 }), /x3/)
})

interface Node { distribution?: unknown, splitColumn?: unknown, splitValue?: unknown, left?: Node, right?: Node }

/** As much as the tests change; what they leave there is of other types. */
interface Content {
  name: unknown
  selectionMethod?: unknown
  baseModel: Record<string, unknown> & { indexes: unknown[][], estimators: Array<{ name: unknown, root: Node }> }
}

const trained = {
  classifier: JSON.stringify(trainClassifier({ nEstimators: 2 })),
  regression: JSON.stringify(trainRegression({ nEstimators: 2 }))
}

function leftmost(node: Node): Node {
  return node.left === undefined ? node : leftmost(node.left)
}

const bad: Array<[name: string, of: keyof typeof trained, change: (content: Content) => void, message: RegExp]> = [
  ['no baseModel', 'classifier', c => { delete (c as Partial<Content>).baseModel }, /baseModel: expected an object, found nothing/],
  ['the wrong kind', 'regression', c => { c.baseModel.isClassifier = true }, /isClassifier: expected false, found true/],
  ['no trees', 'classifier', c => { c.baseModel.estimators = [] }, /estimators: expected at least one tree, found an array of 0/],
  ['trees not in an array', 'classifier', c => { Object.assign(c.baseModel, { estimators: {} }) }, /estimators: expected an array, found an object/],
  ['a tree too few', 'classifier', c => { c.baseModel.estimators.pop() }, /nEstimators: expected a whole number in 1\.\.1, found 2/],
  ['a tree of the other kind', 'classifier', c => { c.baseModel.estimators[1].name = 'DTRegression' },
    /estimators\[1\]\.name: expected "DTClassifier", found "DTRegression"/],
  ['a tree that is null', 'classifier', c => { Object.assign(c.baseModel.estimators, [null]) }, /estimators\[0\]\.name: .* found nothing/],
  ['no root', 'regression', c => { delete (c.baseModel.estimators[0] as Partial<{ root: Node }>).root },
    /estimators\[0\]\.root: expected an object, found nothing/],
  ['columns of too few trees', 'classifier', c => { c.baseModel.indexes.pop() }, /indexes: expected 2 lists of columns, one per tree, found an array of 1/],
  ['a tree with no columns', 'classifier', c => { c.baseModel.indexes[0] = [] }, /indexes\[0\]: expected at least one column/],
  ['a column far off', 'classifier', c => { c.baseModel.indexes[1][2] = 1e9 }, /indexes\[1\]\[2\]: expected a whole number in 0\.\.9999, found 1000000000/],
  ['a column that is text', 'classifier', c => { c.baseModel.indexes[1][0] = '0' }, /indexes\[1\]\[0\]: .* found "0"/],
  ['n that is none', 'classifier', c => { c.baseModel.n = 1.5 }, /baseModel\.n: expected a whole number in 1\.\.10000, found 1\.5/],
  ['a missing child', 'classifier', c => { delete c.baseModel.estimators[0].root.right },
    /estimators\[0\]\.root\.right: expected an object, found nothing/],
  ['an array for a child', 'classifier', c => { Object.assign(c.baseModel.estimators[0].root, { left: [] }) },
    /root\.left: expected an object, found an array of 0/],
  ['an empty node', 'regression', c => { Object.assign(c.baseModel.estimators[0].root, { left: {} }) },
    /root\.left: expected a leaf with its distribution, or a split/],
  ['a leaf with children', 'regression', c => { c.baseModel.estimators[0].root.distribution = 1 },
    /root\.distribution: expected nothing at a node with children, found 1/],
  ['a column that the tree has not', 'classifier', c => { c.baseModel.estimators[0].root.splitColumn = 3 },
    /root\.splitColumn: expected a whole number in 0\.\.2, found 3/],
  ['a threshold of null', 'classifier', c => { c.baseModel.estimators[0].root.splitValue = null },
    /root\.splitValue: expected a number, found null\. JSON has null for NaN/],
  ['shares without a row', 'classifier', c => { leftmost(c.baseModel.estimators[0].root).distribution = [] }, /\.distribution: expected one row/],
  ['shares that are a number', 'classifier', c => { leftmost(c.baseModel.estimators[0].root).distribution = 1 }, /\.distribution: expected an array, found 1/],
  ['a share above 1', 'classifier', c => { leftmost(c.baseModel.estimators[0].root).distribution = [[0, 2]] }, /\.distribution\[0\]\[1\]: expected a share in 0\.\.1, found 2/],
  ['no share', 'classifier', c => { leftmost(c.baseModel.estimators[0].root).distribution = [[0, 0]] }, /\.distribution\[0\]: expected a share above 0/],
  ['a mean of null', 'regression', c => { leftmost(c.baseModel.estimators[0].root).distribution = null }, /\.left\.distribution: expected a number, found null/],
  ['an array for a mean', 'regression', c => { leftmost(c.baseModel.estimators[0].root).distribution = [[1]] }, /\.distribution: expected a number, found an array/],
  ['an unknown selectionMethod', 'regression', c => { c.selectionMethod = 'mode' }, /selectionMethod: expected "mean" or "median", found "mode"/]
]

t.test('malformed files are told, with the place, and nothing is written', async t => {
  const dir = t.testdir({ dumps: {} })
  const path = join(dir, 'bad.json')
  for (const [name, of, change, message] of bad) {
    const content = JSON.parse(trained[of]) as Content
    change(content)
    await writeFile(path, JSON.stringify(content))
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { name: 'ConvertError', message }, name)
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { message: /^bad\.json: / })
  }
  t.strictSame(await readdir(join(dir, 'dumps')), [])
})

t.test('other JSON is told what is taken', async t => {
  const dir = t.testdir()
  const path = join(dir, 'other.json')
  const cases: Array<[text: string, message: RegExp]> = [
    ['{"format": "recall-ml/forest"}', /^other\.json: The file is JSON text, not a pickle\. Of JSON, .*toJSON\(\)/],
    ['[1, 2]', /JSON text, not a pickle/],
    ['{"name": "RFClustering", "baseModel": {}}', /JSON text, not a pickle/],
    ['{"name": "toString"}', /JSON text, not a pickle/],
    [trained.classifier.slice(0, -20), /JSON text that cannot be parsed/],
    ['{"name": "\xff"}', /JSON text that cannot be parsed/]
  ]
  for (const [text, message] of cases) {
    await writeFile(path, Buffer.from(text, 'latin1'))
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { message }, text.slice(0, 40))
  }
})

t.test('a tree deeper than any stack', async t => {
  const depth = 20_000
  const leaf = '{"distribution":2.5}'
  const deep = (end: string) => {
    const root = '{"splitColumn":0,"splitValue":1,"right":{"distribution":1},"left":'.repeat(depth) + end + '}'.repeat(depth)
    return `{"baseModel":{"indexes":[[0]],"n":1,"nEstimators":1,"isClassifier":false,"estimators":[{"root":${
      root},"name":"DTRegression"}]},"selectionMethod":"mean","name":"RFRegression"}`
  }
  const { model } = await convert(t, deep(leaf))
  t.strictSame([...model.predict({ x0: 0 }).values], [2.5])
  t.strictSame([...model.predict({ x0: 1 }).values], [1])
  await t.rejects(convert(t, deep('{}')), {
    message: /^forest\.json: baseModel\.estimators\[0\]\.root, 20000 levels down, …(\.left){12}: expected a leaf/
  })
})
