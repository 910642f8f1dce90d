import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { compileLink } from '../../src/evaluator/link.js'
import { LINKS } from '../../src/evaluator/links.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { InputError, type Model, type Prediction, type Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { JsonPlace } from '../../tools/convert/common/json-place.js'
import { replaceNonFinite } from '../../tools/convert/xgboost/non-finite.js'
import { readObjective } from '../../tools/convert/xgboost/objective.js'
import { isUbjson, readUbjson } from '../../tools/convert/xgboost/ubjson.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixture, readFixtureJson } from '../helpers/fixtures.js'
import { makeForest, makeLeaf, makeRandom, pickSeed } from '../helpers/forests.js'

const FOLDER = 'boosters/xgboost'

interface Expected {
  columns: string[]
  rows: Array<Array<number | string | null>>
  raw: Array<number | number[]>
  output: Array<number | number[]>
}

async function convert(t: Test, content: Uint8Array | string, file = 'model.json'): Promise<Dump> {
  const dir = t.testdir({ dumps: {} })
  await writeFile(join(dir, file), content)
  const [{ path }] = await convertFiles([join(dir, file)], { out: join(dir, 'dumps') })
  return parseDump(await readFile(path, 'utf8'))
}

/** The same without its link: the values are the margins. */
function withoutLink(dump: Dump): Dump {
  if (dump.model.kind !== 'forest') throw new Error('expected a forest')
  const model = { ...dump.model }
  delete model.link
  return { ...dump, task: 'regressor', outputs: Array.from({ length: model.nOutputs }, () => ({})), golden: [], model }
}

/** What Booster.predict gives: of two classes the second's probability; of multi:softmax the class. */
function toOutput(model: Model, { values, classIndexes }: Prediction): number[] {
  if (model.provenance.estimator.includes('softmax')) return [classIndexes[0]]
  if (model.outputs[0].classes?.length !== 2) return [...values]
  return model.outputs.map((_, i) => values[2 * i + 1])
}

const NAMES = readdirSync(fixturePath(FOLDER)).filter(name => name.endsWith('.expected.json'))
  .map(name => name.replace('.expected.json', ''))

t.test('every model gives the bits of its XGBoost', async t => {
  t.ok(NAMES.length >= 16, `${NAMES.length} models`)
  for (const name of NAMES) {
    const file = readdirSync(fixturePath(FOLDER)).find(file => file === `${name}.json` || file === `${name}.ubj`) ?? ''
    const dump = await convert(t, readFixture(`${FOLDER}/${file}`), file)
    t.equal(dump.name, name)
    const model = createModel(dump)
    const raw = createModel(withoutLink(dump))
    const expected = readFixtureJson(`${FOLDER}/${name}.expected.json`) as Expected
    t.same(model.inputs.map(input => input.name), expected.columns)
    const wrong: string[] = []
    expected.rows.forEach((cells, i) => {
      const row: Row = Object.fromEntries(expected.columns.map((column, j) => [column, cells[j]]))
      const margins = [...raw.predict(row).values]
      if (firstDifference(margins, [expected.raw[i]].flat()) >= 0) wrong.push(`row ${i}: raw ${margins.join()}`)
      const answer = model.predict(row)
      const output = toOutput(model, answer)
      if (firstDifference(output, [expected.output[i]].flat()) >= 0) wrong.push(`row ${i}: ${output.join()}`)
      if (answer.values.length !== 2 * output.length) return
      output.forEach((p, o) => {
        if (!Object.is(answer.values[2 * o], Math.fround(1 - p))) wrong.push(`row ${i}: ${answer.values.join()}`)
        if (answer.classIndexes[o] !== Number(p > 0.5)) wrong.push(`row ${i}: class ${answer.classIndexes[o]} for ${p}`)
      })
    })
    t.same(wrong.slice(0, 3), [], name)
  }
})

t.test('what a dump says', async t => {
  const logistic = await convert(t, readFixture(`${FOLDER}/3.2-logistic.ubj`), 'My churn.ubj')
  t.equal(logistic.name, 'My-churn')
  t.equal(logistic.provenance.estimator, 'XGBoost 3.2 gbtree, binary:logistic')
  t.equal(logistic.provenance.recipe, 'xgboost')
  t.equal(logistic.provenance.sklearnVersion, undefined)
  t.same(logistic.outputs, [{ classes: [0, 1] }])
  t.same(logistic.inputs.map(input => [input.name, input.type === 'number' && input.fallback?.missing]), [['x0', 'NaN'], ['x1', 'NaN'], ['x2', 'NaN']])
  const importances = logistic.featureImportances?.map(({ importance }) => importance) ?? []
  t.ok(Math.abs(importances.reduce((a, b) => a + b, 0) - 1) < 1e-6, 'importances add up to 1')
  const named = await convert(t, readFixture(`${FOLDER}/1.7-logistic-base.json`), 'a.json')
  t.same(named.inputs.map(({ name }) => name), ['a b', 'c', 'd'])
  const targets = await convert(t, readFixture(`${FOLDER}/3.2-two-targets.json`), 'a.json')
  t.same(targets.outputs, [{ classes: [0, 1] }, { classes: [0, 1] }])
  const classes = await convert(t, readFixture(`${FOLDER}/3.2-forest.ubj`), 'a.ubj')
  t.same(classes.outputs, [{ classes: [0, 1, 2, 3, 4, 5] }])
  t.equal((await convert(t, readFixture(`${FOLDER}/2.1-quantiles.json`), 'a.json')).task, 'regressor')
  const zipped = await convert(t, gzipSync(readFixture(`${FOLDER}/3.2-logistic.ubj`)), 'model.ubj.gz')
  t.same(zipped.model, logistic.model)
})

t.test('a DataFrame\'s categories are known by name', async t => {
  for (const file of ['3.2-pandas-json.json', '3.2-pandas-ubj.ubj']) {
    const dump = await convert(t, readFixture(`${FOLDER}/${file}`), file)
    t.match(dump.inputs, [
      { name: 'plan', type: 'category', categories: ['pre-paid', 'hybrid', 'post', 'none'] },
      { name: 'rating', type: 'number', values: [1, 3, 5] }, { name: 'usage', type: 'number' }
    ])
    const model = createModel(dump)
    t.throws(() => model.predict({ plan: 'Post', rating: 1, usage: 0 }), InputError)
    t.throws(() => model.predict({ plan: 'post', rating: 2, usage: 0 }), InputError)
  }
})

t.test('early stopping is told, and all rounds are used', async t => {
  const model = readModel('1.7-logistic-base.json')
  model.learner.attributes = { best_iteration: '0' }
  const dump = await convert(t, JSON.stringify(model))
  t.equal(dump.description, 'XGBoost 1.7 gbtree, binary:logistic from model.json; all 3 rounds, of which early stopping ' +
    'preferred the first 1')
  t.equal(createModel(dump).nTrees, 3)
})

t.test('infinite numbers and numbers beyond float32 are refused, as XGBoost does', async t => {
  const model = createModel(await convert(t, readFixture(`${FOLDER}/3.2-logistic.ubj`), 'a.ubj'))
  for (const x0 of [Infinity, 1e39, 3.4028235677973366e38]) {
    t.throws(() => model.predict({ x0, x1: 0, x2: 0 }), InputError, String(x0))
  }
})

type Tree = Record<string, unknown>
type Trees = Record<string, unknown> & { trees: Tree[], tree_info: unknown }

/** The parts of a model file that tests change. */
interface ModelFile {
  version: unknown
  learner: Record<string, unknown> & {
    gradient_booster: { name: string, model?: Trees }
    learner_model_param: Record<string, unknown>
    objective: Record<string, unknown>
  }
}

function readModel(file: string): ModelFile {
  return JSON.parse(replaceNonFinite(Buffer.from(readFixture(`${FOLDER}/${file}`)).toString())) as ModelFile
}

type Change = (model: ModelFile, tree: Tree) => void

/** Puts a value in place of a list's element. */
const setAt = (list: unknown, index: number, value: unknown) => { (list as unknown[])[index] = value }

const REFUSED: Array<[what: string, change: Change, message: RegExp, fixture?: string]> = [
  ['version', model => { model.version = [0, 90, 0] }, /version: expected the version of XGBoost, 1.0 or newer.*save it again/],
  ['no version', model => { delete model.version }, /version: expected a list, found nothing/],
  ['gblinear', model => { model.learner.gradient_booster.name = 'gblinear' },
    /gradient_booster.name: expected "gbtree" or "dart", found "gblinear". A linear model has no trees/],
  ['a configuration', model => { delete model.learner.gradient_booster.model }, /gbtree|configuration.*save_model/],
  ['unknown objective', model => { model.learner.objective.name = '__proto__' },
    /objective.name: expected an objective of XGBoost/],
  ['base score', model => { model.learner.learner_model_param.base_score = '1.5' },
    /base_score: expected numbers that the objective can have/],
  ['base score text', model => { model.learner.learner_model_param.base_score = '0x1' }, /base_score: expected a number as text/],
  ['base scores', model => { model.learner.learner_model_param.base_score = '[1E-1,2E-1,3E-1]' },
    /base_score: expected one number, or 1/],
  ['base list', model => { model.learner.learner_model_param.base_score = '[1E-1,' }, /base_score: expected a list of numbers/],
  ['features', model => { model.learner.learner_model_param.num_feature = '20000' },
    /num_feature: expected a whole number in 1..10000/],
  ['names', model => { model.learner.feature_names = ['a', 'a', 'b'] }, /feature_names: expected each name once/],
  ['name', model => { model.learner.feature_names = ['a', '', 'b'] }, /feature_names\[1\]: expected a name of 1 to 200/],
  ['fewer names', model => { model.learner.feature_names = ['a', 'b'] }, /feature_names: expected 3 names/],
  ['classes', model => { model.learner.learner_model_param.num_class = '1e9' }, /num_class: expected a whole number/],
  ['no trees', model => { setTrees(model, []) }, /trees: expected at least one tree/],
  ['more outputs than trees', model => { model.learner.learner_model_param.num_target = '50000' },
    /trees: expected at least one tree for each of the 50000 outputs/],
  ['tree_info', model => { setInfo(model, [0, 0, 1]) }, /tree_info: expected whole numbers in 0..0, but element 2 is 1/],
  ['short tree_info', model => { setInfo(model, [0]) }, /tree_info: expected a list of 3/],
  ['vector leaves', (_, tree) => { tree.tree_param = { size_leaf_vector: '2' } },
    /trees\[0\].tree_param.size_leaf_vector: expected "1", found "2"/],
  ['a cycle', (_, tree) => { setAt(tree.left_children, 1, 1); setAt(tree.right_children, 1, 2) }, /trees\[0\]: .*two parents/],
  ['root as child', (_, tree) => { setAt(tree.left_children, 1, 0) }, /left_children: expected no child 0/],
  ['child beyond', (_, tree) => { setAt(tree.left_children, 1, 99) }, /left_children: expected whole numbers in -1../],
  ['half a split', (_, tree) => { setAt(tree.right_children, 0, -1) }, /right_children: expected a child of node 0/],
  ['feature', (_, tree) => { setAt(tree.split_indices, 0, 3) }, /split_indices: expected features in 0..2, but node 0 has 3/],
  ['threshold', (_, tree) => { setAt(tree.split_conditions, 0, null) },
    /split_conditions: expected a threshold, but node 0 has NaN/],
  ['leaf', (_, tree) => { setAt(tree.split_conditions, 3, 1e39) }, /split_conditions: expected finite leaf values, but node 3/],
  ['text', (_, tree) => { setAt(tree.split_conditions, 1, '1') }, /split_conditions\[1\]: expected a number, found "1"/],
  ['short list', (_, tree) => { (tree.default_left as unknown[]).pop() }, /default_left: expected a list of/],
  ['no list', (_, tree) => { delete tree.split_indices }, /trees\[0\].split_indices: expected a list, found nothing/],
  ['no node', (_, tree) => { tree.left_children = [] }, /left_children: expected at least one node/],
  ['old categories', model => { model.version = [1, 6, 2] }, /Before 1.7 .*save it again/, '1.7-categorical.json'],
  ['category', (_, tree) => { setAt(tree.categories, 0, 2 ** 24) }, /categories: expected whole numbers/, '1.7-categorical.json'],
  ['segments', (_, tree) => { setAt(tree.categories_segments, 0, (tree.categories as unknown[]).length) },
    /categories: expected \d+ categories/, '3.2-categorical.json'],
  ['split type', (_, tree) => { setAt(tree.split_type, (tree.categories_nodes as number[])[0], 0) },
    /split_type: expected 1 at the nodes/, '1.7-categorical.json'],
  ['offsets', model => { encodings(model)[0].offsets = [0, 4, 2] }, /offsets: expected ascending/, '3.2-pandas-json.json'],
  ['bytes', model => { setAt(encodings(model)[0].values, 0, 255) }, /values: expected names in ASCII.*rename/, '3.2-pandas-json.json'],
  ['twice', model => { encodings(model)[1].values = [1, 1, 2] }, /values: expected categories, each once/, '3.2-pandas-json.json']
]

function trees(model: ModelFile): Trees {
  const found = model.learner.gradient_booster.model
  if (found === undefined) throw new Error('expected trees')
  return found
}

function setTrees(model: ModelFile, list: Tree[]): void {
  trees(model).trees = list
}

function setInfo(model: ModelFile, list: number[]): void {
  trees(model).tree_info = list
}

function encodings(model: ModelFile): Array<{ offsets: unknown, values: unknown }> {
  return (trees(model).cats as { enc: Array<{ offsets: unknown, values: unknown }> }).enc
}

t.test('damaged models are refused', async t => {
  for (const [what, change, message, fixture = '1.7-logistic-base.json'] of REFUSED) {
    const model = readModel(fixture)
    change(model, trees(model).trees[0])
    await t.rejects(convert(t, JSON.stringify(model)), { name: 'ConvertError', message }, what)
  }
})

t.test('other files of XGBoost are refused with advice', async t => {
  await t.rejects(convert(t, JSON.stringify([{ nodeid: 0, split: 'f0', children: [] }])), /dump of the trees.*save_model/)
})

t.test('pruned nodes are left out', async t => {
  const model = readModel('1.7-logistic-base.json')
  const [tree] = trees(model).trees
  const plain = await convert(t, JSON.stringify(model))
  const leftOver = {
    left_children: -1, right_children: -1, split_indices: 2 ** 31, split_conditions: 0, default_left: false,
    sum_hessian: 0, loss_changes: 0, split_type: 0
  }
  for (const [list, value] of Object.entries(leftOver)) (tree[list] as unknown[]).push(value)
  t.same((await convert(t, JSON.stringify(model))).model, plain.model)
})

t.test('the bits that single roundings decide', async t => {
  const forest = makeForest([makeLeaf(0)], { nOutputs: 1, leaves: 'values' })
  const apply = (name: 'exp' | 'exp-rounded') => {
    const values = new Float64Array(1)
    compileLink({ ...forest, link: { kind: 'float32', function: name } }, LINKS).apply(Float64Array.of(-18.644309997558594), values)
    return values[0]
  }
  // As survival:aft of XGBoost 3.2 and of 3.1 have it.
  t.equal(apply('exp-rounded'), 7.99611488133678e-9)
  t.equal(Math.fround(apply('exp') - 7.99611488133678e-9), 2 ** -50)
  const objective = readObjective(new JsonPlace({ name: 'binary:logistic' }), [3, 2])
  t.equal(objective.toMargin(Math.fround(0.2411)), -1.146658182144165)
  // A single class: versions before 3.2 refuse it.
  t.equal(readObjective(new JsonPlace({ name: 'binary:logistic' }), [3, 1]).toMargin(0), -Infinity)
})

t.test('quantiles that cross are sorted since 3.4', async t => {
  const place = new JsonPlace({ name: 'reg:quantileerror' })
  t.equal(readObjective(place, [3, 3]).link, undefined)
  const { link } = readObjective(place, [3, 4])
  for (const [raw, sorted] of [[[1, 2, 3], [1, 2, 3]], [[3, 1, 2], [1, 2, 3]], [[0, -0, -1], [-1, 0, -0]]]) {
    const values = new Float64Array(3)
    compileLink({ nOutputs: 3, ...(link && { link }) }, LINKS).apply(Float64Array.from(raw), values)
    t.strictSame([...values], sorted)
    t.ok(sorted.every((value, i) => Object.is(value, values[i])))
  }
})

t.test('NaN and infinities in JSON', async t => {
  t.equal(replaceNonFinite('[NaN,-Infinity,Infinity,1]'), '[null,-1e999,1e999,1]')
  const text = '{"NaN":"NaN \\"Infinity\\\\","a\\\\":[NaN],"b":"unended NaN'
  t.equal(replaceNonFinite(text), text.replace('[NaN]', '[null]'))
  t.equal(replaceNonFinite('{"Name":1,I,N'), '{"Name":1,I,N')
})

function ubjson(...parts: Array<string | number[]>): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => typeof part === 'string' ? [...Buffer.from(part)] : part))
}

t.test('UBJSON', async t => {
  const value = readUbjson(ubjson(
    '{', 'i', [1], 'a', '[', 'Z', 'T', 'F', 'N', 'C', 'x', 'S', 'U', [2], 'é', 'i', [255], 'U', [255], 'I', [255, 254],
    'l', [0, 0, 1, 0], 'L', [255, 255, 255, 255, 255, 255, 255, 255],
    'd', [0x3f, 0x80, 0, 0], 'D', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], ']',
    'i', [1], 'b', '[$d#i', [1], [0x3f, 0, 0, 0], 'i', [1], 'c', '{#i', [1], 'i', [9], '__proto__', 'i', [5],
    'i', [1], 'd', '[#U', [1], 'T', 'i', [1], 'e', '[$S#i', [1], 'i', [1], 'q', '}'
  )) as Record<string, unknown>
  t.strictSame(value.a, [null, true, false, 'x', 'é', -1, 255, -2, 256, -1, 1, 1.5])
  t.strictSame(value.b, Float32Array.of(0.5))
  t.strictSame(Object.entries(value.c as object), [['__proto__', 5]])
  t.strictSame([value.d, value.e], [[true], ['q']])
  for (const [bytes, message] of [
    [ubjson('{'), 'UBJSON, offset 1: expected another value, found the end of the file.'],
    [ubjson('[$d#l', [127, 255, 255, 255]), 'offset 9: expected 8589934588 bytes, found 0.'],
    [ubjson('[$Z#l', [127, 255, 255, 255]), 'expected a type whose elements have bytes, found "Z".'],
    [ubjson('[#L', [127, 255, 255, 255, 255, 255, 255, 255]), 'expected another value, found the end of the file.'],
    [ubjson('[#i', [200]), 'expected a length, found -56.'],
    [ubjson('{L', [127, 0, 0, 0, 0, 0, 0, 0], 'a'), 'found 1.'],
    [ubjson('[$di'), 'expected "#" after the type of the elements, found "i".'],
    [ubjson('H'), 'offset 0: expected the marker of a value, found "H".'],
    [ubjson('Si', [1], [255]), 'expected text in UTF-8, found other bytes.'],
    [ubjson('ZZ'), 'offset 1: expected the end of the file, found 1 more bytes.'],
    [ubjson('['.repeat(65)), 'expected at most 64 levels, found more.'],
    [ubjson('['.repeat(1e5)), 'expected at most 64 levels, found more.']
  ] as const) {
    t.throws(() => readUbjson(bytes), { name: 'ConvertError', message: new RegExp(message.replace(/[.$#]/g, '\\$&')) }, message)
  }
  t.notOk(isUbjson(ubjson('{"a":1}')))
})

t.test('cut off and damaged UBJSON never fails otherwise than with a ConvertError', async t => {
  const bytes = readFixture(`${FOLDER}/3.2-pandas-ubj.ubj`)
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const check = (changed: Uint8Array, what: string) => {
    try {
      readUbjson(changed)
      return true
    } catch (error) {
      if (!(error instanceof ConvertError)) t.fail(what, { error })
      return false
    }
  }
  for (let end = 0; end < bytes.length; end++) {
    if (check(bytes.slice(0, end), `cut at ${end}`)) t.fail(`cut at ${end} is read`)
  }
  for (let i = 0; i < 2000; i++) {
    const changed = bytes.slice()
    for (let k = 0; k < 3; k++) changed[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
    check(changed, `damaged, round ${i}`)
  }
  for (let i = 0; i < 60; i++) {
    const changed = bytes.slice()
    changed[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8)
    await convert(t, changed, 'a.ubj').catch((error: unknown) => {
      if (!(error instanceof ConvertError)) t.fail(`converted, round ${i}`, { error })
    })
  }
})
