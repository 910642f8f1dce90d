/** What `inspect` says of model files, and of files that were made to deceive, to flood or to stall it. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { stripVTControlCharacters } from 'node:util'
import t, { type Test } from 'tap'
import { runInspect, type InspectCommandOptions } from '../tools/inspect/command.js'
import { inspectFile } from '../tools/inspect/inspect-file.js'
import { renderInspection } from '../tools/inspect/render.js'
import { fixturePath } from './helpers/fixtures.js'
import {
  array, bool, bytes, call, dict, dtype, file, floats, forest, instance, int, list, name, none, str, texts, tree, tuple,
  u32, LEAF, STUMP, STUMP_VALUES
} from './helpers/pickle-writer.js'

const plainStyle = { width: 120, paint: (_style: string, text: string) => text }

async function render(path: string, options: { depth?: number, all?: boolean } = {}): Promise<string> {
  return renderInspection(await inspectFile(path, options), plainStyle)
}

async function write(t: Test, content: Uint8Array, as = 'model.pkl'): Promise<string> {
  const path = join(t.testdir({}), as)
  await writeFile(path, content)
  return path
}

async function renderBytes(t: Test, content: Uint8Array, options?: { depth?: number, all?: boolean }): Promise<string> {
  return render(await write(t, content), options)
}

async function run(
  t: Test, paths: string[], options: InspectCommandOptions = {}
): Promise<{ status: number, out: string, err: string }> {
  const out = t.capture(console, 'log', () => {})
  const err = t.capture(console, 'error', () => {})
  const text = (calls: ReturnType<typeof out>) => calls.map(({ args }) => args.join(' ')).join('\n')
  const status = await runInspect(paths, options)
  // On a terminal the command colours its words.
  return { status, out: stripVTControlCharacters(text(out())), err: text(err()) }
}

const memoize = (code: Uint8Array, index: number) => bytes(code, 'r', u32(index))
const recall = (index: number) => bytes('j', u32(index))
const stump = () => tree(STUMP, STUMP_VALUES)
/** Characters that a terminal acts on, or that change what is seen. */
const ACTIVE = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u

t.test('a forest: summary, parameters, fitted attributes, one tree for all', async t => {
  t.equal(await render(fixturePath('sklearn/forest-1.9.joblib')), `\
forest-1.9.joblib  3,886 bytes, compressed (zlib), pickle protocol 4, scikit-learn 1.9.1
supported      4 DecisionTreeClassifier, 3 Tree, 1 RandomForestClassifier

RandomForestClassifier  scikit-learn 1.9.1
│  parameters  n_estimators=3, bootstrap=True, oob_score=False, n_jobs=None, random_state=0, verbose=0,
│              warm_start=False, class_weight=None, max_samples=None, criterion='gini', max_depth=3,
│              min_samples_split=2, min_samples_leaf=1, min_weight_fraction_leaf=0, max_features='sqrt',
│              max_leaf_nodes=None, min_impurity_decrease=0, monotonic_cst=None, ccp_alpha=0
│  fitted      n_features_in_=3, n_outputs_=1, n_classes_=12, _n_samples=120, _n_samples_bootstrap=120
├─ estimator         DecisionTreeClassifier
│     parameters  criterion='gini', splitter='best', max_depth=None, min_samples_split=2, min_samples_leaf=1,
│                 min_weight_fraction_leaf=0, max_features=None, max_leaf_nodes=None, random_state=None,
│                 min_impurity_decrease=0, class_weight=None, ccp_alpha=0, monotonic_cst=None
├─ estimator_params  ('criterion', 'max_depth', 'min_samples_split', 'min_samples_leaf', … 7 more)
├─ classes_          U8 (12,)  ['class 0', 'class 1', 'class 10', 'class 11', 'class 2', 'class 3', … 6 more]
├─ estimator_        DecisionTreeClassifier  same as estimator
├─ estimators_       list of 3 DecisionTreeClassifier
│  ├─ [0]  DecisionTreeClassifier
│  │  │  parameters  criterion='gini', splitter='best', max_depth=3, min_samples_split=2, min_samples_leaf=1,
│  │  │              min_weight_fraction_leaf=0, max_features='sqrt', max_leaf_nodes=None, random_state=209652396,
│  │  │              min_impurity_decrease=0, class_weight=None, ccp_alpha=0, monotonic_cst=None
│  │  │  fitted      n_features_in_=3, n_outputs_=1, n_classes_=12, max_features_=1
│  │  ├─ classes_  float64 (12,)  0 to 11
│  │  └─ tree_     Tree(3, int64 (1,)  [12], 1)
│  │     │  attributes  max_depth=3, node_count=9
│  │     ├─ nodes   record of 8 fields (9,)  left_child, right_child, feature, threshold, … 4 more
│  │     └─ values  float64 (9, 1, 12)  0 to 1
│  └─ … 2 more DecisionTreeClassifier
└─ _sample_weight    float64 (120,)  0.144754 to 2.99727

… stands for more: see --depth, --all and --json`)
})

t.test('a pipeline: steps by name, versions once, shared parts by reference', async t => {
  const text = await render(fixturePath('sklearn/pipeline.joblib'))
  t.match(text, /compressed \(zlib\), pickle protocol 4, scikit-learn 1\.6\.1\n/)
  t.match(text, /^Pipeline {2}scikit-learn 1\.6\.1$/m)
  t.match(text, /\('columns', ColumnTransformer\)$/m)
  t.match(text, /\('num', Pipeline, \['age', 'income'\]\)$/m)
  t.match(text, /parameters .*strategy='median'/)
  t.match(text, /estimator_ .* same as steps\[1\]\[1\]\.estimator$/m)
  t.equal(text.match(/scikit-learn 1\.6\.1/g)?.length, 2, 'the version stands where it changes')
  t.notMatch(text, /not supported|dangerous/)
})

for (const protocol of [0, 1, 2, 3, 4, 5]) {
  for (const kind of ['pkl', 'joblib']) {
    t.test(`every kind of value, protocol ${protocol}, ${kind}`, async t => {
      const text = await render(fixturePath(`sklearn/arrays-p${protocol}.${kind}`))
      t.match(text, `pickle protocol ${protocol < 2 ? '0 or 1' : protocol},`)
      const lines = new Map(text.split('\n').map(line => {
        const [, key, value] = /^[├└]─ (\S+) +(.*)$/.exec(line) ?? []
        return [key, value]
      }))
      const expected = {
        c_order: 'float64 (2, 3)  [0, 1, 2, 3, 4, 5]',
        f_order: 'float64 (2, 3)  [0, 1, 2, 3, 4, 5]',
        f_order_objects: 'object (2, 3)  [0, 1, 2, 3, 4, 5]',
        float16: 'float16 (3,)  [0.0999756, 65504, 5.96046e-8]',
        int64: 'int64 (2,)  [-1, 9007199254740991]',
        texts: "U5 (4,)  ['a', '', 'naïve', '東京\\x00x']",
        bools: 'bool (2,)  [True, False]',
        zero_d: 'float64 ()  [7.5]',
        empty: 'float64 (0, 3)',
        scalar: '0.1',
        text: "'café 😀 \\\\u0041 line\\nbreak'",
        floats: '[0.1, -0.0, 1e+300, 5e-324]',
        tuple: '(1, (2,), ())',
        raw: '18 bytes 000f1e2d3c4b5a69788796a5b4c3d2e1…',
        structured: 'record of 2 fields (2,)  a, b'
      }
      for (const [key, value] of Object.entries(expected)) t.equal(lines.get(key), value, key)
    })
  }
}

t.test('ranges, NaN, long lists and runs', async t => {
  const text = await renderBytes(t, file(dict({
    range: floats([3, NaN, -1.5, 7, 1, 2, 3, 4, 5, 6]),
    nothing: floats(new Array<number>(10).fill(NaN)),
    labels: texts(Array.from({ length: 100 }, (_, i) => `label ${i}`)),
    numbers: list(...Array.from({ length: 30 }, (_, i) => int(i))),
    mixed: list(stump(), stump(), stump(), stump(), instance('sklearn.tree._tree.Tree', {}), stump()),
    two: list(stump(), stump()),
    wide: list(...Array.from({ length: 50 }, (_, i) => dict({ a: list(int(i), tree([LEAF], [1, 0])) })))
  })))
  t.match(text, /range +float64 \(10,\) {2}-1\.5 to 7 {2}1 NaN\n/)
  t.match(text, /nothing +float64 \(10,\) {2}10 NaN\n/)
  t.match(text, /labels +object \(100,\) {2}\['label 0', .*, … \d+ more\]\n/)
  t.match(text, /numbers +\[0, 1, 2, 3, 4, 5, 6, 7, … 22 more\]\n/)
  t.match(text, /│ {2}├─ … 3 more DecisionTreeClassifier\n│ {2}├─ \[4\] {2}Tree\n│ {2}└─ \[5\] {2}DecisionTreeClassifier/)
  t.match(text, /two +list of 2\n│ {2}├─ \[0\][^]*│ {2}└─ \[1\]/)
  t.match(text, /wide +list of 50\n[^]* {3}└─ … 10 more\n/)
})

t.test('names: supported, not supported, dangerous', async t => {
  const path = await write(t, file(dict({
    model: forest([stump()]),
    vectors: instance('sklearn.svm._classes.SVC', { C: int(1) }),
    mention: name('scipy.special._ufuncs.expit'),
    called: call('numpy.lib.npyio.load', str('http://127.0.0.1/x')),
    own: instance('__main__.MyScaler', { scale: int(2) }),
    command: list(call('posix.system', str('touch x'))),
    dotted: call('sklearn.utils', str('os')),
    evaluate: tuple(int(1), call('builtins.eval', str('1+1')))
  })))
  const { names } = await inspectFile(path)
  const support = Object.fromEntries(names.map(({ name, support }) => [name, support]))
  t.same(support, {
    'numpy.lib.npyio.load': 'dangerous',
    '__main__.MyScaler': 'dangerous',
    'posix.system': 'dangerous',
    'sklearn.utils': 'dangerous',
    'builtins.eval': 'dangerous',
    'sklearn.svm._classes.SVC': 'unsupported',
    'scipy.special._ufuncs.expit': 'unsupported',
    'sklearn.ensemble._forest.RandomForestClassifier': 'supported',
    'sklearn.tree._classes.DecisionTreeClassifier': 'supported',
    'sklearn.tree._tree.Tree': 'supported'
  })
  const text = await render(path)
  t.match(text, /^not supported {2}sklearn\.svm\._classes\.SVC {2}at vectors$/m)
  t.match(text, /^ +scipy\.special\._ufuncs\.expit {2}at mention$/m)
  t.match(text, /^ +posix\.system {2}at command\[0\]$/m)
  t.match(text, /^To open this file in Python could run code of its author\. Here nothing was run\.$/m)
  t.match(text, /vectors +sklearn\.svm\._classes\.SVC {2}not supported by convert$/m)
  t.match(text, /mention +scipy\.special\._ufuncs\.expit {2}not supported by convert$/m)
  t.match(text, /own +__main__\.MyScaler {2}dangerous\n.*scale=2$/m)
  t.match(text, /\[0\] {2}posix\.system\('touch x'\) {2}dangerous$/m)
  t.match(text, /evaluate +\(1, builtins\.eval\('1\+1'\)\) {2}dangerous$/m)
})

t.test('a mark is not cut, whatever it marks', async t => {
  const path = await write(t, file(list(call(`evil.${'x'.repeat(300)}`, str('y'.repeat(60)), str('z'.repeat(60))))))
  const text = renderInspection(await inspectFile(path), { ...plainStyle, width: 60 })
  t.match(text, /\[0\] {2}evil\.x+… {2}dangerous$/m)
  for (const line of text.split('\n')) t.ok(line.length <= 60 || line.startsWith('To open'), line)
})

t.test('random states are named and left alone, but for --all', async t => {
  const generator = call('numpy.random._pickle.__bit_generator_ctor', str('MT19937'))
  const state = bytes(call('numpy.random._pickle.__randomstate_ctor', generator), dict({ pos: int(6) }), 'b')
  const content = file(dict({ random_state: state }))
  t.match(await renderBytes(t, content), /random_state {2}__randomstate_ctor\(__bit_generator_ctor\('MT19937'\)\) {2}…\n/)
  t.match(await renderBytes(t, content, { all: true }), /attributes {2}pos=6/)
})

t.test('a call whose result is dropped is named all the same', async t => {
  const text = await renderBytes(t, file(call('os.system', str('id')), bytes('0'), forest([stump()])))
  t.match(text, /^dangerous {6}os\.system {2}not kept in the result$/m)
  t.match(text, /^RandomForestClassifier {2}scikit-learn 1\.6\.1$/m)
  const library = await renderBytes(t, file(call('numpy.load', str('x')), bytes('0'), none))
  t.match(library, /^dangerous {6}numpy\.load {2}not kept in the result$/m)
})

t.test('a name is placed where it is nearest to the top', async t => {
  const run = memoize(call('os.system', str('id')), 0)
  const text = await renderBytes(t, file(dict({ deep: list(list(run)), model: recall(0), again: recall(0) })))
  t.match(text, /^dangerous {6}os\.system {2}at model$/m)
})

t.test('what is wide and deep is shown from the top', async t => {
  const grow = (levels: number): Uint8Array =>
    levels === 0 ? list(none) : list(...Array.from({ length: 12 }, () => grow(levels - 1)))
  const text = await renderBytes(t, file(dict({ wide: grow(5), last: str('still here') })))
  t.ok(text.split('\n').length < 250)
  t.match(text, /└─ last {2}'still here'\n/)
  t.match(text, / {2}…\n/)
})

t.test('dots in a name lead out of a trusted module', async t => {
  const text = await renderBytes(t, file(bytes(str('sklearn.utils'), str('Path.os.system'), 0x93, tuple(str('id')), 'R')))
  t.match(text, /^dangerous {6}sklearn\.utils\.Path\.os\.system/m)
})

t.test('a memo bomb is shown once, level by level', async t => {
  const levels = 100
  let code = memoize(list(str('ha')), 0)
  for (let i = 1; i < levels; i++) code = memoize(bytes('](', code, ...new Array<Uint8Array>(9).fill(recall(i - 1)), 'e'), i)
  for (const all of [false, true]) {
    const text = await renderBytes(t, file(code), { all })
    t.ok(text.split('\n').length < (all ? 1000 : 200), 'bounded')
    t.match(text, /^list of 10\n├─ \[0\] {2}list of 10\n/m)
    t.match(text, /\[1\] {2}list of 10 {2}same as \[0\]\n/)
  }
})

t.test('cycles', async t => {
  const self = await renderBytes(t, file(memoize(bytes(']'), 0), recall(0), bytes('a')))
  t.match(self, /\nlist of 1\n└─ \[0\] {2}list of 1 {2}same as the top$/)
  const model = await renderBytes(t, file(
    name('sklearn.pipeline.Pipeline'), memoize(bytes(')', 0x81), 0), dict({ steps: list(tuple(str('me'), recall(0))) }), bytes('b')
  ))
  t.match(model, /\('me', Pipeline\) {2}same as the top$/m)
})

t.test('nesting deeper than any call stack', async t => {
  const deep = file(bytes(int(1), new Uint8Array(100_000).fill(0x85)))
  const text = await renderBytes(t, deep)
  t.equal(text.match(/tuple of 1/g)?.length, 9, 'eight levels below the top')
  t.match(text, /tuple of 1 {2}…\n/)
  t.equal((await renderBytes(t, deep, { all: true })).match(/tuple of 1/g)?.length, 65)
  t.equal((await renderBytes(t, deep, { depth: 0 })).match(/tuple of 1/g)?.length, 1)
  const innermost = file(bytes(call('os.system', str('id')), new Uint8Array(100_000).fill(0x85)))
  t.match(await renderBytes(t, innermost), /^dangerous {6}os\.system {2}at \[0\]\[0\]/m)
})

t.test('a list of a million, a dict of a hundred thousand', async t => {
  const million = bytes('](', new Uint8Array(1e6).fill(0x4e), 'e')
  const entries = Array.from({ length: 1e5 }, (_, i) => bytes(int(i), ']'))
  const objects = Array.from({ length: 2e4 }, () => bytes('](', 0x8f, 'Ne'))
  const path = await write(t, file(bytes('](', million, '}(', ...entries, 'u', '](', ...objects, 'e', 'e')))
  const text = await render(path)
  t.match(text, /\[0\] {2}\[None, None, None, None, None, None, None, None, … 999,992 more\]\n/)
  t.match(text, /\[1\] {2}dict of 100,000\n/)
  t.match(text, /… 99,960 more\n/)
  t.ok(text.split('\n').length < 200)
  t.ok((await render(path, { all: true })).split('\n').length < 25_000, 'bounded, even so')
})

t.test('more names than can be listed', async t => {
  const names = Buffer.concat(Array.from({ length: 10_300 }, (_, i) => name(`sklearn.a${i}.B`)))
  const path = await write(t, file(bytes('](', call('os.system', str('id')), names, 'e')))
  const { names: listed, moreNames } = await inspectFile(path)
  t.match(listed[0], { name: 'os.system', support: 'dangerous', place: '[0]' })
  t.same([listed.length, moreNames], [200, 10_101])
  t.match(await render(path), /^ {15}… 187 more names\ndangerous .* at \[0\]\nnot listed {5}10,101 more names$/m)
})

t.test('nothing in a file reaches the terminal as it is', async t => {
  const evil = '\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202egnp.exe\u2028\u{e0001}\xa0'
  const path = await write(t, file(dict({
    [evil]: str(evil),
    list: list(str(evil)),
    array: texts([evil]),
    unicode: array([1], dtype('U2'), new Uint8Array(Uint32Array.from([0x1b, 0x9b]).buffer)),
    record: array([1], dtype('V8', [[evil, 'f8', 0]]), new Uint8Array(8)),
    class: instance(`evil.${evil}`, { [evil]: int(1) }),
    known: instance('sklearn.svm.SVC', { _sklearn_version: str(evil), [evil]: tuple(str(evil)) }),
    raw: bytes('C', 4, '\x1b[2J')
  })), '\x1b[31mred.pkl')
  const text = await render(path)
  t.notMatch(text, ACTIVE)
  t.match(text, '\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\r\\n\\u202egnp.exe\\u2028\\u{e0001}\\xa0')
  const { out, status } = await run(t, [path], { json: true })
  t.equal(status, 0)
  t.notMatch(out, ACTIVE)
  const { tree } = JSON.parse(out) as { tree: { children: Array<{ value: unknown }> } }
  t.equal(tree.children[0].value, evil, 'JSON keeps the text')
  const broken = await run(t, [await write(t, bytes(0x80, 4, str('\x1b[2J'), call('\x1b.[2J', int(1)), 'R.'), '\x9b.pkl')])
  t.equal(broken.status, 1)
  t.notMatch(broken.err, ACTIVE)
})

t.test('long text, names and numbers are cut', async t => {
  const text = await renderBytes(t, file(dict({
    text: str('x'.repeat(1e6)),
    ['k'.repeat(1e5)]: int(1),
    number: bytes(0x8b, u32(4000), new Uint8Array(4000).fill(0x7f)),
    bytes: bytes('B', u32(1e5), new Uint8Array(1e5)),
    element: array([1], dtype('U100000'), new Uint8Array(4e5).fill(1).map((_, i) => i % 4 === 0 ? 65 : 0)),
    class: call(`a.${'b'.repeat(900)}`)
  })))
  t.ok(text.length < 5000)
  t.match(text, /text +'x+'… \(1,000,000 characters\)\n/)
  t.match(text, /number +\d{20}… \(9,633 digits\)\n/)
  t.match(text, /bytes +100,000 bytes 0{32}…\n/)
  for (const line of text.split('\n')) t.ok(line.length <= 120)
  await t.rejects(renderBytes(t, file(call(`a.${'b'.repeat(1e4)}`))), /a name of 10001 characters, expected at most 1000/)
})

t.test('the model files in a folder', async t => {
  const bytes = readFileSync(fixturePath('sklearn/recall/label_encoders.pkl'))
  const dir = t.testdir({ MLmodel: 'flavors: {}', 'model.pkl': bytes, code: { 'second.pickle': bytes } })
  const { status, out } = await run(t, [dir], { json: true })
  t.equal(status, 0)
  t.strictSame(out.split('\n').map(line => (JSON.parse(line) as { file: string }).file), ['second.pickle', 'model.pkl'])
})

t.test('the command: exit status, several files, options', async t => {
  const good = fixturePath('sklearn/recall/label_encoders.pkl')
  const dir = t.testdir({ 'a.json': '{"model": 1}', 'b.txt': 'hello there', folder: {} })
  const both = await run(t, [join(dir, 'a.json'), good])
  t.equal(both.status, 1)
  t.match(both.err, /^recall-ml inspect: .*a\.json: The file is JSON text, not a pickle\./)
  t.match(both.out, /label_encoders\.pkl .*\nsupported +2 LabelEncoder\n/)
  const cases: Array<[path: string, message: RegExp]> = [
    ['b.txt', /b\.txt: At byte 0: .*Is this a pickle at all\?$/],
    ['folder', /folder: is a folder, expected a file\.$/],
    ['none.pkl', /none\.pkl: no such file\.$/]
  ]
  for (const [path, message] of cases) {
    const { status, err } = await run(t, [join(dir, path)])
    t.equal(status, 1, path)
    t.match(err, message)
  }
  const json = await run(t, [good, good], { json: true })
  const lines = json.out.split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
  t.equal(lines.length, 2)
  t.match(lines[0], {
    file: 'label_encoders.pkl',
    container: 'raw',
    sha256: /^[0-9a-f]{64}$/,
    sklearnVersions: ['1.6.1'],
    names: [{ name: 'sklearn.preprocessing._label.LabelEncoder', support: 'supported', count: 2 }],
    tree: {
      value: { type: 'dict', length: 2 },
      children: [{
        key: 'plan_type',
        value: { type: 'object', class: 'sklearn.preprocessing._label.LabelEncoder', support: 'supported' },
        sklearnVersion: '1.6.1',
        children: [{ key: 'classes_', value: { type: 'array', dtype: 'U8', shape: [2], values: ['Postpaid', 'Prepaid'] } }]
      }, { key: 'device_brand' }]
    }
  })
  t.notMatch((await run(t, [good], { depth: '1' })).out, 'classes_')
  for (const depth of ['x', '-1', '65']) {
    const { status, err } = await run(t, [good], { depth })
    t.equal(status, 1)
    t.match(err, /--depth is ".*", expected a whole number from 0 to 64/)
  }
})

t.test('a file that stops making sense still tells which names came before', async t => {
  const { status, err } = await run(t, [await write(t, bytes(0x80, 4, call('os.system', str('id')), bool(true), none))])
  t.equal(status, 1)
  t.match(err, /the file ends too early/)
  t.match(err, /dangerous +os\.system/)
})

t.test('what expands without end is refused', async t => {
  const path = await write(t, deflateSync(file(bytes('C', 1, 'x', new Uint8Array(100 * 2 ** 20).fill(0x30)))))
  const { status, err } = await run(t, [path])
  t.equal(status, 1)
  t.match(err, /MB|bytes/)
})
