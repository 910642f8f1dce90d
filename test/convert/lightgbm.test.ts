/** Models that LightGBM saved answer with the same bits, and files that it did not save are refused. */
import { readFileSync, readdirSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { parseLikeLightgbm } from '../../tools/convert/lightgbm/objective.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { inspectFile } from '../../tools/inspect/inspect-file.js'
import { renderInspection } from '../../tools/inspect/render.js'
import { compareCase } from '../../tools/parity/compare.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'
import { makeRandom } from '../helpers/forests.js'

const FOLDER = 'boosters/lightgbm'
const ZERO = Math.fround(1e-35)

const readText = (name: string) => readFileSync(fixturePath(`${FOLDER}/${name}.txt`), 'utf8')

async function convert(t: Test, text: string | Uint8Array, file = 'model.txt'): Promise<Dump> {
  const dir = t.testdir({ dumps: {} })
  await writeFile(join(dir, file), text)
  const [{ dump }] = await convertFiles([join(dir, file)], { out: join(dir, 'dumps') })
  return dump
}

/** The same text with the sizes of its trees as they now are. */
function resize(text: string): string {
  const body = text.slice(text.indexOf('Tree=0'), text.indexOf('end of trees'))
  const sizes = body.split(/(?=^Tree=)/m).map(tree => Buffer.byteLength(tree))
  return text.replace(/^tree_sizes=.*$/m, `tree_sizes=${sizes.join(' ')}`)
}

interface Case { columns: string[], importances: number[] }

const cases = readdirSync(fixturePath(FOLDER)).filter(file => file.endsWith('.json'))
t.ok(cases.length >= 28, `${cases.length} models`)

for (const file of cases) {
  t.test(`${file}: raw scores and output, bit for bit`, async t => {
    const result = await compareCase(fixturePath(FOLDER), file)
    t.equal(result.refused, undefined)
    t.ok(result.numbers >= 40, `${result.numbers} numbers`)
    t.match(result, { different: 0, wrongLabels: 0, lenient: 0, strict: 0 }, result.first ?? 'the same bits')
    const { importances } = readFixtureJson(`${FOLDER}/${file}`) as Case
    const dump = await convert(t, readText(file.replace('.json', '')))
    if (dump.featureImportances === undefined) t.ok(importances.every(share => share === 0))
    else dump.featureImportances.forEach(({ importance }, f) => { t.ok(Math.abs(importance - importances[f]) < 1e-4) })
    createModel(dump)
  })
}

t.test('inputs take what the columns of the training data took', async t => {
  const dump = await convert(t, readText('pandas-4.7'), 'My model.txt')
  t.equal(dump.name, 'My-model')
  t.match(dump.provenance, { recipe: 'lightgbm', estimator: 'LightGBM Booster (binary sigmoid:1)' })
  t.match(dump.inputs, [
    { name: 'plan_type', type: 'category', categories: ['Hybrid', 'Post "paid"', 'Prepáid'] },
    { name: 'spend', type: 'number', description: /^-2\.\d+ to 2\.\d+ in the training data\.$/ },
    { name: 'rating', type: 'number', description: 'A category: one of 1, 2, 3, 5.' },
    { name: 'active', type: 'number', boolean: true }
  ])
  t.strictSame(dump.outputs, [{ classes: [0, 1] }])
  const model = createModel(dump)
  const ask = (rating: number | null) => model.predict({ plan_type: 'Hybrid', spend: 1, rating, active: 0 }).values[1]
  t.equal(ask(4), ask(null), 'an unknown category is a missing one')
  t.not(ask(4), ask(1))
  const same = await convert(t, readText('pandas-4.7').replace(/ -1:[01]:[01]$/m, ' none'))
  t.match(same.inputs[3], { name: 'active', boolean: true }, 'the parameters name a column that no row had two values of')
  const codes = await convert(t, readText('categories-4.7'))
  t.match(codes.inputs[1], { type: 'number', description: 'The code of a category: one of 0, 1, 2, 3.' })
  t.match((await convert(t, readText('constant-4.7'))).inputs[0], { name: 'Column_0' })
})

t.test('columns that never see NaN keep the trees plain', async t => {
  const dump = await convert(t, readText('no-missing-4.7'))
  t.equal(dump.model.kind === 'forest' && dump.model.trees[0].missingGoToLeft, undefined)
  t.strictSame(dump.steps.map(step => step.op), ['impute'])
})

t.test('compressed files are read', async t => {
  const dump = await convert(t, gzipSync(readText('binary-4.7')), 'model.txt.gz')
  t.equal(dump.name, 'model')
})

/** `Tree::Predict` as LightGBM has it, on the fields of the text. */
function predictTree(tree: string, values: number[]): number {
  const field = (key: string) => (new RegExp(`^${key}=(.*)$`, 'm').exec(tree)?.[1] ?? '').split(' ').filter(Boolean).map(Number)
  const [feature, threshold, type, left, right, leaf, bounds, words] = ['split_feature', 'threshold', 'decision_type',
    'left_child', 'right_child', 'leaf_value', 'cat_boundaries', 'cat_threshold'].map(field)
  let node = feature.length === 0 ? -1 : 0
  while (node >= 0) {
    // The predictor leaves out what counts as zero before a tree sees it.
    let x = Math.abs(values[feature[node]]) <= ZERO ? 0 : values[feature[node]]
    const missing = type[node] >> 2
    let isLeft: boolean
    if ((type[node] & 1) === 1) {
      const category = x > -1 && x < 2 ** 31 ? Math.trunc(x) : -1
      const set = words.slice(bounds[threshold[node]], bounds[threshold[node] + 1])
      isLeft = category >= 0 && category >> 5 < set.length && (set[category >> 5] >>> (category & 31) & 1) === 1
    } else {
      if (Number.isNaN(x) && missing !== 2) x = 0
      const isDefault = (missing === 1 && Math.abs(x) <= ZERO) || Number.isNaN(x)
      isLeft = isDefault ? (type[node] & 2) === 2 : x <= threshold[node]
    }
    node = isLeft ? left[node] : right[node]
  }
  return leaf[~node]
}

t.test('any mixture of missing types and thresholds around zero, as LightGBM walks it', async t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]
  const near = [0, -0, ZERO, -ZERO, ZERO / 2, -ZERO / 2, 1.0000000180025096e-35, -1.0000000180025096e-35, 1, -1, 0.5]
  const special = [...near, NaN, Infinity, -Infinity, 2, 3.7, 31, 32, 33, 4e9, 1e308]
  for (let round = 0; round < 20; round++) {
    const text = resize(readText('categories-4.7').replace(/^objective=.*$/m, 'objective=regression')
      .replaceAll(/^threshold=(.*)\ndecision_type=(.*)$/gm, (_, thresholds: string, types: string) => {
        const isSet = types.split(' ').map(type => (Number(type) & 1) === 1)
        const changed = thresholds.split(' ').map((x, i) => isSet[i] || random() < 0.3 ? x : String(pick(near)))
        return `threshold=${changed.join(' ')}\ndecision_type=${isSet.map(set => set ? 1 : pick([0, 2, 4, 6, 8, 10])).join(' ')}`
      })
      // The features are the same ones, now with splits of several kinds.
      .replaceAll(/^split_feature=(.*)$/gm, (_, list: string) => `split_feature=${list.split(' ').map(() => pick([0, 1, 2])).join(' ')}`))
    const model = createModel(await convert(t, text))
    const trees = text.slice(text.indexOf('Tree=0'), text.indexOf('end of trees')).split(/(?=^Tree=)/m)
    for (let i = 0; i < 60; i++) {
      const row = [pick(special), pick(special), pick(special)]
      const expected = trees.reduce((sum, tree) => sum + predictTree(tree, row), 0)
      const input = Object.fromEntries(row.map((x, f) => [`Column_${f}`, Number.isNaN(x) ? null : x]))
      const { values } = model.predict(input)
      if (!Object.is(values[0], expected)) t.fail(`round ${round}, ${row.join()}: expected ${expected}, computed ${values[0]}`)
    }
  }
})

t.test("decimals of the objective are read as LightGBM's own function reads them", t => {
  t.equal(parseLikeLightgbm('1'), 1)
  t.equal(parseLikeLightgbm('0.7'), 0.7)
  t.equal(parseLikeLightgbm('1e-05'), 1e-5)
  t.equal(parseLikeLightgbm('2.5e+06'), 2.5e6)
  t.equal(parseLikeLightgbm('17.1'), 17 + 0.1)
  for (const text of ['', '-1', 'nan', '1.2.3', '0x1', '1e', ' 1']) t.ok(Number.isNaN(parseLikeLightgbm(text)), text)
  t.end()
})

type Change = (text: string) => string
const replace = (from: string | RegExp, to: string): Change => text => {
  if (text.replace(from, to) === text) throw new Error(`${from} is not there`)
  return text.replace(from, to)
}

/** Changes to a file whose tree sizes are then put right. */
const bad: Array<[name: string, of: string, change: Change, message: RegExp]> = [
  ['a later version', 'binary-4.7', replace('version=v4', 'version=v5'), /line 2 \(head\): version: expected one of v2, v3, v4, found "v5"\. Load/],
  ['no version', 'binary-4.7', replace('version=v4\n', ''), /version: expected one of v2, v3, v4, found nothing/],
  ['a number of classes that is none', 'binary-4.7', replace('num_class=1', 'num_class=1e9'), /line 3 \(head\): num_class: expected a whole number in 1\.\.10000, found "1e9"/],
  ['no objective that is known', 'binary-4.7', replace('objective=binary', 'objective=mystery'), /objective: expected one of binary, .*found "mystery/],
  ['an inherited name', 'binary-4.7', replace('objective=binary sigmoid:1.23457', 'objective=constructor'), /objective: expected one of binary/],
  ['an unknown option', 'binary-4.7', replace('sigmoid:1.23457', 'sigmoid:1.23457 twice'), /options of binary that are known, found "twice"/],
  ['no sigmoid', 'binary-4.7', replace(' sigmoid:1.23457', ''), /expected binary with sigmoid:NUMBER/],
  ['a sigmoid of 0', 'binary-4.7', replace('sigmoid:1.23457', 'sigmoid:0'), /expected binary with sigmoid:NUMBER above 0/],
  ['other classes', 'multiclass-4.7', replace('num_class:3', 'num_class:4'), /expected multiclass with num_class:3/],
  ['a number for classes', 'multiclass-4.7', replace(/objective=.*/, 'objective=regression'), /num_tree_per_iteration: expected 1 for the objective regression, found 3/],
  ['a tree too many', 'multiclass-4.7', text => text.replaceAll(/(num_class|iteration)([=:])3/g, '$1$25'), /has 6 trees, expected a multiple of num_tree_per_iteration=5/],
  ['a name too few', 'binary-4.7', replace(/feature_names=\S+ /, 'feature_names='), /feature_names: expected 3 entries, found 2/],
  ['a name twice', 'binary-4.7', replace('Column_1', 'Column_0'), /feature_names: expected each name once/],
  ['two blanks', 'binary-4.7', replace('Column_0 Column_1', 'Column_0 '), /feature_names: expected names of 1 to 200 characters/],
  ['a long name', 'binary-4.7', replace('Column_1', 'a'.repeat(201)), /names of 1 to 200 characters, found one of 201/],
  ['too many columns', 'binary-4.7', replace('max_feature_idx=2', 'max_feature_idx=10000'), /max_feature_idx: expected a whole number in 0\.\.9999/],
  ['a key twice', 'binary-4.7', replace('num_class=1', 'num_class=1\nnum_class=1'), /line 4 \(head\): expected each key once, num_class stands in line 3/],
  ['a line that is none', 'binary-4.7', replace('num_class=1', 'num_class=1\n<b>'), /line 4 \(head\): expected key=value, found "<b>"/],
  ['trees out of order', 'binary-4.7', replace('Tree=1', 'Tree=2'), /expected Tree=1, found "Tree=2"/],
  ['a linear tree without models', 'binary-4.7', replace('is_linear=0', 'is_linear=1'), /line \d+ \(Tree=0\): leaf_const: expected a line/],
  ['more leaves than values', 'binary-4.7', replace('num_leaves=6', 'num_leaves=7'), /\(Tree=0\): leaf_value: expected 7 entries, found 6/],
  ['leaves beyond any memory', 'binary-4.7', replace('num_leaves=6', 'num_leaves=2000000000'), /leaf_value: expected 2000000000 entries, found 6/],
  ['a leaf value of NaN', 'binary-4.7', replace(/leaf_value=\S+/, 'leaf_value=nan'), /leaf_value: expected finite numbers, found "nan" in place 0/],
  ['a threshold in hexadecimal', 'binary-4.7', replace(/^threshold=\S+/m, 'threshold=0x1'), /threshold: expected numbers, found "0x1" in place 0/],
  ['no thresholds', 'binary-4.7', replace(/^threshold=.*\n/m, ''), /\(Tree=0\): threshold: expected a line threshold=\.\.\., found nothing/],
  ['a feature far off', 'binary-4.7', replace(/^split_feature=\d/m, 'split_feature=3'), /split_feature: expected whole numbers in 0\.\.2, found "3" in place 0/],
  ['a missing type that is none', 'binary-4.7', replace(/^decision_type=\d+/m, 'decision_type=12'), /decision_type: expected whole numbers in 0\.\.11, found "12"/],
  ['a child far off', 'binary-4.7', replace(/^left_child=\S+/m, 'left_child=5'), /left_child: expected whole numbers in -6\.\.4, found "5"/],
  ['a leaf far off', 'binary-4.7', replace(/^right_child=\S+/m, 'right_child=-7'), /right_child: expected whole numbers in -6\.\.4, found "-7"/],
  ['a cycle', 'binary-4.7', replace(/^left_child=\S+/m, 'left_child=0'), /expected the index of another node/],
  ['a child twice', 'binary-4.7', text => text.replace(/^(left_child=)(.*)$/m, (_, key: string, list: string) => key + list.split(' ').map(() => '-1').join(' ')), /expected one parent, received two/],
  ['sets that are not there', 'categories-4.7', replace(/^num_cat=\d+/m, 'num_cat=0'), /num_cat: expected \d, the number of categorical splits, found "0"/],
  ['no number of sets', 'categories-4.7', replace(/^num_cat=\d+\n/m, ''), /num_cat: expected a line .*before 2\.1/],
  ['boundaries that fall', 'categories-4.7', replace(/^cat_boundaries=0 \d+/m, 'cat_boundaries=0 200'), /cat_boundaries: expected ascending numbers from 0|cat_threshold: expected/],
  ['boundaries beyond the words', 'categories-4.7', replace(/^(cat_boundaries=.*) \d+$/m, '$1 999999999'), /cat_threshold: expected 999999999 entries/],
  ['a word of 33 bits', 'categories-4.7', replace(/^cat_threshold=\d+/m, 'cat_threshold=4294967296'), /cat_threshold: expected whole numbers in 0\.\.4294967295/],
  ['a set that two splits use', 'categories-4.7', text => text.replace(/^(threshold=)(.*)$/m, (_, key: string, list: string) => key + list.split(' ').map(() => '0').join(' ')), /threshold: expected at each categorical split another set/],
  ['a forest that averages probabilities', 'forest-2.3', replace('version=v3', 'version=v2'), /average_output: expected no forest of this objective in a file of version v2/],
  ['categories that are no JSON', 'pandas-4.7', replace('pandas_categorical:[[', 'pandas_categorical:['), /pandas_categorical: expected a JSON array of lists/],
  ['lists of no column', 'pandas-4.7', replace('[false, true]]', '[false, true], ["a"]]'), /expected 4 categorical columns .*found columns whose codes have no category, or too few columns\. Name the columns/],
  ['a list that is too short', 'pandas-4.7', replace('[1, 2, 3, 5]', '[1]'), /expected 3 categorical columns .*found columns whose codes have no category/],
  ['categories of several kinds', 'pandas-4.7', replace('[1, 2, 3, 5]', '[1, "2", 3, 5]'), /categories of "rating", each once and all of them text/],
  ['a category twice', 'pandas-4.7', replace('[1, 2, 3, 5]', '[1, 2, 3, 3]'), /categories of "rating", each once/],
  ['names of columns that are not there', 'pandas-4.7', replace(/^pandas_categorical:.*$/m, 'pandas_categorical:{"color": ["a"]}'), /pandas_categorical: expected the categories of columns of the model, found "color"\. The columns are plan_type/],
  ['something after the end', 'pandas-4.7', text => `${text}\nmore`, /expected the end of the file or pandas_categorical:, found "more"/]
]

t.test('malformed files are told, with the line, and nothing is written', async t => {
  const dir = t.testdir({ dumps: {} })
  const path = join(dir, 'bad.txt')
  for (const [name, of, change, message] of bad) {
    await writeFile(path, resize(change(readText(of))))
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { name: 'ConvertError', message }, name)
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { message: /^bad\.txt: / })
  }
  t.strictSame(await readdir(join(dir, 'dumps')), [])
})

t.test('a file that was edited or cut off is refused', async t => {
  const dir = t.testdir({ dumps: {} })
  const path = join(dir, 'bad.txt')
  const refuse = async (content: string | Uint8Array, message: RegExp) => {
    await writeFile(path, content)
    await t.rejects(convertFiles([path], { out: join(dir, 'dumps') }), { name: 'ConvertError', message })
  }
  const text = readText('binary-4.7')
  await refuse(text.replace('\nshrinkage=0.3', '\nshrinkage=0.30'), /tree_sizes: expected \d+ for Tree=\d, the bytes that it takes, found \d+/)
  await refuse(text.replace(/^tree_sizes=\d+ /m, 'tree_sizes='), /tree_sizes: expected 3 entries, found 2/)
  await refuse(text.replaceAll('\n', '\r\n'), /line 1: expected the line to end with LF, found CR LF/)
  await refuse(Buffer.from(text.replace('Column_1', 'Col\xfcmn1'), 'latin1'), /line \d+: expected UTF-8 text/)
  for (const of of ['binary-4.7', 'pandas-2.3', 'categories-2.2']) {
    const whole = Buffer.from(readText(of))
    const enough = whole.indexOf(of === 'categories-2.2' ? 'feature importances' : 'end of parameters')
    for (let end = 5; end < enough; end += 61) await refuse(whole.subarray(0, end), /^bad\.txt: /)
  }
  t.strictSame(await readdir(join(dir, 'dumps')), [])
})

t.test('damaged bytes are an error that is told, or another model', async t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const whole = Buffer.from(readText('categories-4.7'))
  const dir = t.testdir({ dumps: {} })
  const path = join(dir, 'model.txt')
  let refused = 0
  for (let i = 0; i < 150; i++) {
    const bytes = Buffer.from(whole)
    for (let k = 0; k < 2; k++) bytes[5 + Math.floor(random() * (bytes.length - 5))] = '0123456789 -=\n.e'.charCodeAt(Math.floor(random() * 16))
    await writeFile(path, bytes)
    try {
      await convertFiles([path], { out: join(dir, 'dumps') })
    } catch (error) {
      if (!(error instanceof ConvertError)) throw error
      refused++
    }
  }
  t.ok(refused > 30, `${refused} of 150 refused`)
})

t.test('sets of categories that would fill the memory are refused', async t => {
  // 20,000 splits on 640,000 categories: a file of two megabytes, and 12.8e9 answers.
  const n = 20_000
  const range = Array.from({ length: n }, (_, i) => i)
  const tree = [
    'Tree=0', `num_leaves=${n + 1}`, `num_cat=${n}`, `split_feature=${range.map(() => 0).join(' ')}`, `threshold=${range.join(' ')}`,
    `decision_type=${range.map(() => 1).join(' ')}`, `left_child=${range.map(i => -i - 1).join(' ')}`,
    `right_child=${range.map(i => i === n - 1 ? -n - 1 : i + 1).join(' ')}`, `leaf_value=${[0, ...range].join(' ')}`,
    `cat_boundaries=0 ${range.map(i => n + i).join(' ')}`, `cat_threshold=${[...range.map(() => 4294967295), ...range.map(() => 1)].slice(0, 2 * n - 1).join(' ')}`,
    'shrinkage=1', '', '', ''
  ].join('\n')
  const head = 'tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nobjective=regression\n' +
    'feature_names=a\nfeature_infos=none\ntree_sizes=0\n\n'
  await t.rejects(convert(t, resize(`${head}${tree}end of trees\n\nparameters:\nend of parameters\n`)), {
    name: 'ConvertError', message: /Tree=0: feature 0 has 640000 categories and \d+ splits on them, too many to serve/
  })
})

t.test("dump_model's JSON is told what to save instead", async t => {
  const json = '{"name":"tree","version":"v4","num_class":1,"feature_names":["a"],"tree_info":[]}'
  await t.rejects(convert(t, json, 'model.json'), { name: 'ConvertError', message: /dump_model, which is not converted\. Booster\.save_model/ })
})

t.test('inspect shows a summary', async t => {
  const show = async (name: string) =>
    renderInspection(await inspectFile(fixturePath(`${FOLDER}/${name}.txt`)), { width: 120, paint: (_, text) => text })
  const text = await show('pandas-4.7')
  t.match(text, /^pandas-4\.7\.txt {2}3,\d+ bytes, not compressed, LightGBM's text\n/)
  t.match(text, /objective +'binary sigmoid:1'/)
  t.match(text, /trees +4\n/)
  t.match(text, /Prepáid/)
  const dir = t.testdir({ 'cut.txt': readText('pandas-4.7').slice(0, 900), 'evil.txt': readText('pandas-4.7').replace('spend', 'sp\x1b[2Jnd') })
  await t.rejects(inspectFile(join(dir, 'cut.txt')), { name: 'ConvertError', message: /cut\.txt: The file ends with line \d+, in Tree=0/ })
  const evil = renderInspection(await inspectFile(join(dir, 'evil.txt')), { width: 120, paint: (_, text) => text })
  t.notMatch(evil, '\x1b')
})
