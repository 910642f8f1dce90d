/** Malformed and hostile model files: each gets its own clear error, quickly, and nothing is written. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { readFixture } from '../helpers/fixtures.js'
import {
  LEAF, STUMP, STUMP_VALUES, array, bool, bytes, call, dict, dtype, file, floats, forest, instance, int, list, name,
  none, str, texts, tree, tuple, u32, u64, type TreeNode
} from '../helpers/pickle-writer.js'

const joblibArray = (shape: number[], type: Uint8Array, ...rest: Array<string | Uint8Array>) => bytes(
  instance('joblib.numpy_pickle.NumpyArrayWrapper', { shape: tuple(...shape.map(int)), order: str('C'), dtype: type }), ...rest
)
const damaged = (node: number, change: Partial<TreeNode>, nodes = STUMP) =>
  file(forest([tree(nodes.map((old, i) => i === node ? { ...old, ...change } : old), STUMP_VALUES)]))
const good = file(forest([tree(STUMP, STUMP_VALUES)]))
const pipeline = (...steps: Uint8Array[]) =>
  file(instance('sklearn.pipeline.Pipeline', { steps: list(...steps.map(step => tuple(str('step'), step))) }))
const scaler = (state: Record<string, Uint8Array>) =>
  pipeline(instance('sklearn.preprocessing._data.StandardScaler', { n_features_in_: int(2), ...state }), forest([tree(STUMP, STUMP_VALUES)]))

const HIST_CLASS = 'sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier'
const HIST = instance(HIST_CLASS, {})
const GETATTR = /builtins\.getattr.* has no place in the file of a model \(nothing was executed\)/
const bound = (object: Uint8Array, method: string) => call('builtins.getattr', object, str(method))

/** What the file is, its bytes, and what the error must say. */
const FILES: Array<[what: string, content: Uint8Array, message: RegExp]> = [
  ['an empty file', bytes(), /empty/i],
  ['plain text', bytes('hello there\n'), /pickle at all/],
  ['a web page', bytes('<!DOCTYPE html><html>'), /HTML/],
  ['JSON', bytes('{"model": 1}\n'), /JSON/],
  ['a Git LFS pointer', bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\n'), /Git LFS.*git lfs pull/s],
  ['a ZIP archive', bytes('PK', 3, 4, 'whatever it may hold'), /ZIP/i],
  ['a numpy file', bytes(0x93, 'NUMPY', 1, 0), /npy|numpy/i],
  ['protocol 9', bytes(0x80, 9, 'N.'), /protocol 9, expected 0 to 5/],
  ['a dummy that keeps nothing of its columns',
    file(instance('sklearn.dummy.DummyRegressor', { constant_: floats([1], [1, 1]), n_outputs_: int(1) })),
    /a model that says how many columns it takes, which this one answers without, .*DummyRegressor\. Save a Pipeline/],
  ['a dummy that counted none',
    file(instance('sklearn.dummy.DummyClassifier', { n_features_in_: none, n_outputs_: int(1) })), /Save a Pipeline/],
  ['a dummy that is not fitted', file(instance('sklearn.dummy.DummyClassifier', { strategy: str('prior') })), /Fit the model/],
  ['an unknown opcode', bytes(0x80, 4, 0xff), /0xff is not a pickle opcode/],
  ['os.system, called', file(call('posix.system', str('touch owned'))), /posix\.system.*nothing was executed/s],
  ['os.system, called and thrown away', bytes(0x80, 4, call('os.system', str('id')), '0', good.subarray(2)), /os\.system/],
  ['os.system by GLOBAL, protocol 0', bytes('cos\nsystem\n(S\'id\'\ntR.'), /os\.system/],
  ['os.system by INST', bytes('(S\'id\'\nios\nsystem\n.'), /os\.system/],
  ['builtins.eval', file(call('builtins.eval', str('1'))), /builtins\.eval/],
  ['builtins.getattr', file(call('builtins.getattr', str('a'), str('b'))), GETATTR],
  ['a method that models do not keep', file(bound(HIST, 'predict')), GETATTR],
  ['a method of another class', file(bound(instance('sklearn.pipeline.Pipeline', {}), '_raw_predict')), GETATTR],
  ['a method of a mere name', file(call('builtins.getattr', name(HIST_CLASS), str('_raw_predict'))), GETATTR],
  [
    'getattr with a default',
    file(call('builtins.getattr', HIST, str('_raw_predict'), none)), GETATTR
  ],
  ['getattr by INST', bytes('(I1\nS\'_raw_predict\'\nibuiltins\ngetattr\n.'), GETATTR],
  ['getattr by protocol 0', bytes('c__builtin__\ngetattr\n(S\'a\'\nS\'_raw_predict\'\ntR.'), GETATTR],
  ['getattr as a value', file(dict({ f: name('builtins.getattr') })), /builtins\.getattr, at f, has no place/],
  [
    'getattr for somebody else to call',
    file(instance('functools.partial', { func: name('builtins.getattr'), method: bound(HIST, '_raw_predict') })),
    /builtins\.getattr, at func, has no place/
  ],
  [
    'a search that kept no model',
    file(instance('sklearn.model_selection._search.GridSearchCV', { refit: bool(false), estimator: good.subarray(2, -1) })),
    /best_estimator_: expected the best predictor of a fitted search.*refit=True/s
  ],
  ['subprocess.Popen', file(instance('subprocess.Popen', {})), /subprocess\.Popen/],
  ['a class of the author', file(instance('__main__.MyModel', {})), /__main__\.MyModel/],
  ['cloudpickle', file(call('cloudpickle.cloudpickle._make_function')), /cloudpickle/],
  [
    'an estimator that is not supported', file(dict({ a: list(instance('sklearn.svm._classes.SVC', {})) })),
    /holds no predictor: "a" \(a list of 1\)/
  ],
  [
    'an estimator that is not supported, in a dict', file(dict({ model: instance('sklearn.svm._classes.SVC', {}) })),
    /holds no predictor: "model" \(sklearn\.svm\._classes\.SVC\)/
  ],
  ['a class that only looks like scikit-learn', file(instance('sklearnx.Pipeline', {})), /sklearnx\.Pipeline/],
  ['a name that is not a text', bytes(0x80, 4, int(1), int(2), 0x93, '.'), /a name must be two strs/],
  ['a call of something that is not a name', bytes(0x80, 4, int(1), ')R.'), /only a name can be called/],
  ['a persistent id', bytes('Pid\n.'), /persistent ids/],
  ['an extension code', bytes(0x80, 4, 0x82, 1, '.'), /extension codes/],
  ['an out-of-band buffer', bytes(0x80, 5, 0x97, '.'), /out of band.*Re-save/s],
  ['bytes of 2^62', bytes(0x80, 4, 0x8e, u64(2n ** 62n), 'xx'), /length of 4611686018427387904 bytes is impossible/],
  ['bytes of 2^40', bytes(0x80, 4, 0x8e, u64(2n ** 40n), 'xx'), /1099511627776 bytes are announced, 2 are left/],
  ['text of 4 GB', bytes(0x80, 4, 'X', u32(0xffffffff), 'xx'), /4294967295 bytes are announced/],
  ['a negative length', bytes(0x80, 4, 0x8b, u32(0xfffffff0), '.'), /length of -16 is impossible/],
  ['an integer of a gigabyte', bytes(0x80, 4, 0x8b, u32(2 ** 30), '.'), /announced/],
  ['a frame beyond the end', bytes(0x80, 4, 0x95, u64(999n), 'N.'), /frame of 999 bytes/],
  ['a list without its mark', bytes(0x80, 4, 'e.'), /APPENDS: there is no open mark/],
  ['an empty stack', bytes(0x80, 4, '.'), /STOP with 0 objects/],
  ['two results', bytes(0x80, 4, 'NN.'), /STOP with 2 objects/],
  ['a mark left open', bytes(0x80, 4, '(N.'), /expected exactly one/],
  ['a pop below the mark', bytes(0x80, 4, 'N(', 0x86, '.'), /needs 2 objects/],
  ['a memo entry that is not there', bytes(0x80, 4, 'h', 7, '.'), /memo entry 7 was never stored/],
  ['a bomb of marks', bytes(0x80, 4, Buffer.alloc(1e6, '(')), /more than 10000 open marks/],
  ['a float that is none', bytes('Fone\n.'), /"one" is not a float/],
  ['a float of a million digits', bytes('F', Buffer.alloc(1e6, '1'), 'x\n.'), /is not a float/],
  ['millions of objects', deflateSync(bytes(0x80, 4, Buffer.alloc(8e6, 'N'))), /far more memory than a model of its size/],
  ['an integer that is none', bytes('I0x10\n.'), /"0x10" is not an integer/],
  ['text that is not UTF-8', bytes(0x80, 4, 0x8c, 2, 0xc3, 0x28, '.'), /not UTF-8/],
  ['an unknown codec', file(call('_codecs.encode', str('x'), str('rot13'))), /only latin1/],
  ['a dtype of long doubles', file(dtype('f16')), /"f16" is not supported/],
  ['an array of a petabyte', file(array([2 ** 30, 2 ** 20], dtype('f8'), bytes('xx'))), /impossible|needs/],
  ['an array shorter than its shape', file(floats([1, 2], [3])), /needs 24 bytes, the file gives 16/],
  ['a joblib array of a terabyte', file(joblibArray([2 ** 30, 128], dtype('f8'))), /announced/],
  ['a joblib array of objects that is none', file(joblibArray([1], dtype('O8'), bytes('N.'))), /expected an array of objects/],
  ['joblib pickles without end', bytes(...Array.from({ length: 20 }, () => joblibArray([1], dtype('O8')))), /nested 8 deep/],
  ['an array in a companion file', file(instance('joblib.numpy_pickle.NDArrayWrapper', { filename: str('m_01.npy') })), /m_01\.npy/],
  ['a pandas index without labels', file(call('pandas.core.indexes.base._new_Index', name('pandas.core.indexes.base.Index'), none)), /no recipe knows what to do with an instance of pandas/],
  ['a record that is too short', file(dtype('V8', [['a', 'f8', 4]])), /beyond its record/],
  ['a compression bomb', deflateSync(Buffer.alloc(100e6)), /larger than the limit/],
  ['a forest that was never fitted', file(instance('sklearn.ensemble._forest.RandomForestClassifier', {})), /expected a fitted model.*Fit the model/s],
  ['a forest without trees', file(forest([])), /at least one tree/],
  ['a forest whose trees are text', file(forest([str('tree')])), /estimators_\[0\]/],
  ['two outputs', file(forest([tree(STUMP, STUMP_VALUES)], { n_outputs_: int(2) })), /classes_\[0\]: expected a list/],
  ['another number of classes', file(forest([tree(STUMP, [1, 2, 3], 1)])), /shape \(3, 1, 2\)/],
  ['a label that is a list', file(forest([tree(STUMP, STUMP_VALUES)], { classes_: list(list(), list()) })), /classes_\[0\]/],
  ['a tree that is its own child', damaged(0, { left: 0 }), /trees\[0\]/],
  ['two nodes in a ring', damaged(1, { left: 0, right: 2, feature: 0 }), /trees\[0\]/],
  ['a child out of range', damaged(0, { right: 9 }), /trees\[0\].*9/],
  ['a negative child', damaged(0, { right: -5 }), /trees\[0\].*-5/],
  ['a feature out of range', damaged(0, { feature: 2 }), /trees\[0\].*2/],
  ['a threshold that is NaN', damaged(0, { threshold: NaN }), /NaN|threshold/],
  ['a node that nothing leads to', damaged(0, LEAF), /trees\[0\]/],
  ['a probability of 3', file(forest([tree(STUMP, [1, 1, 3, 0, 0, 1])])), /trees\[0\]/],
  ['columns that do not fit', file(forest([tree(STUMP, STUMP_VALUES)], { feature_names_in_: texts(['a']) })), /n_features_in_: expected 1 columns/],
  ['a scaler of other columns', scaler({ mean_: floats([1]), scale_: floats([1]) }), /mean_.*2 numbers/],
  ['a scaler whose scale is text', scaler({ mean_: floats([0, 0]), scale_: str('large') }), /scale_.*numeric array.*"large"/],
  ['a pipeline that ends in a scaler', pipeline(instance('sklearn.preprocessing._data.StandardScaler', {})), /expected a fitted model/],
  [
    'a billion columns', file(forest([tree(STUMP, STUMP_VALUES)], { n_features_in_: int(1e9) })),
    /n_features_in_: expected at most 20000 columns/
  ],
  [
    'labels that take no bytes', file(forest([tree(STUMP, STUMP_VALUES)], { classes_: array([2 ** 30], dtype('S0'), bytes()) })),
    /elements of 0 bytes/
  ],
  [
    'one tree that stands for many',
    file(forest([bytes(tree(STUMP, STUMP_VALUES), 'q', 7), ...new Array<Uint8Array>(9).fill(bytes('h', 7))])),
    /estimators_\[1\].*elsewhere in the file/
  ],
  [
    'a pipeline that is its own last step',
    file(bytes(
      name('sklearn.pipeline.Pipeline'), ')', 0x81, 'q', 9,
      dict({ n_features_in_: int(2), steps: list(tuple(str('again'), bytes('h', 9))) }), 'b'
    )),
    /steps\[0\]\[1\].*elsewhere in the file/
  ],
  ['a step without an estimator', pipeline(bytes()), /tuple of 2/],
  [
    'a dtype whose elements are longer than it says',
    file(bytes(call('numpy.dtype', str('U1')), tuple(int(3), str('<'), none, none, none, int(6), int(4), int(8)), 'b')),
    /U1 have 4 bytes, the file says 6/
  ],
  ['a scaler that divides by zero', scaler({ mean_: floats([0, 0]), scale_: floats([0, 0]) }), /divides by 0/],
  ['a column twice', file(forest([tree(STUMP, STUMP_VALUES)], { feature_names_in_: texts(['a', 'a']) })), /column "a" has the name of another column\. Rename it/],
  ['a column called __proto__', file(forest([tree(STUMP, STUMP_VALUES)], { feature_names_in_: texts(['a', '__proto__']) })), /__proto__/],
  ['bagging without members', file(instance('sklearn.ensemble.BaggingClassifier', { estimators_: list(), n_features_in_: int(2), classes_: texts(['a', 'b']) })), /estimators_: expected at least one member/],
  ['voting without members', file(instance('sklearn.ensemble.VotingClassifier', { estimators_: list(), n_features_in_: int(2), classes_: texts(['a', 'b']) })), /estimators_: expected at least one member/],
  [
    'calibration without members',
    file(instance('sklearn.calibration.CalibratedClassifierCV', { calibrated_classifiers_: list(), n_features_in_: int(2), classes_: texts(['a', 'b']) })), /calibrated_classifiers_: expected at least one member/
  ],
  ['dicts in a bomb', deflateSync(bytes(0x80, 4, '](', Buffer.alloc(1e6, '}'), 'e.')), /far more memory than a model of its size/],
  ['memo entries in a bomb', deflateSync(bytes(0x80, 4, 'N', Buffer.alloc(8e6, 0x94), '.')), /far more memory/],
  ['opcodes in a bomb', deflateSync(bytes(0x80, 4, Buffer.alloc(40e6, '(1'), 'N.')), /far more memory/],
  [
    'copies of a text in a bomb',
    deflateSync(bytes(0x80, 2, str('a'.repeat(1e6)), 'q', 0, '0(', ...new Array<Uint8Array>(200).fill(bytes('c_codecs\nencode\nh', 0, str('latin1'), 0x86, 'R')), 't.')),
    /far more memory/
  ],
  ['a name without end', bytes('c', Buffer.alloc(2000, 'a'), '\nb\n.'), /a name of 2001 characters/],
  ['an ONNX model', bytes(8, 10, 0x12, 8, 'skl2onnx', 0x1a), /ONNX/],
  ["MLflow's MLmodel", bytes('artifact_path: model\nflavors:\n  sklearn:\n'), /MLmodel.*Name the folder that it is in/],
  ['a model of CatBoost that was cut off', bytes('CBM1', 0, 1), /the model, offset 4: expected 4 bytes, found 2/],
  ['PMML', bytes('<?xml version="1.0"?>\n<PMML version="4.4">'), /PMML/],
  ['HDF5', bytes(0x89, 'HDF\r\n', 0x1a, '\n'), /HDF5.*Keras/],
  ['a skops file that is cut off', bytes('PK', 3, 4, Buffer.alloc(600), 'PK', 1, 2, 'schema.json'), /zip: the file ends in the middle/],
  ["LightGBM's text with a byte-order mark", bytes(0xef, 0xbb, 0xbf, 'tree\nversion=v4\n'), /mark of its byte order/],
  ['a list, which no recipe takes', file(list(none)), /The list holds no predictor: "\[0\]" \(None\)\. Save the fitted predictor/]
]

t.test('the file that the damaged ones start from is good', async t => {
  const folder = t.testdir({ 'good.pkl': good, out: {} })
  await convertFiles([join(folder, 'good.pkl')], { out: join(folder, 'out') })
  t.strictSame(await readdir(join(folder, 'out')), ['good.json'])
})

t.equal(FILES.length >= 40, true, 'the table is as long as it should be')
for (const [what, content, message] of FILES) {
  t.test(what, async t => {
    const folder = t.testdir({ out: {} })
    const path = join(folder, 'model.pkl')
    await writeFile(path, content)
    await expectRefusal(t, path, join(folder, 'out'), message)
  })
}

t.test('a truncated file, wherever it ends', async t => {
  const out = t.testdir({ out: {} })
  const path = join(out, 'model.pkl')
  const messages = new Set<string>()
  for (const fixture of ['sklearn/forest-p0.pkl', 'sklearn/forest-p4.pkl', 'sklearn/recall/rf_churn_risk_model.pkl', 'sklearn/forest-1.9.joblib']) {
    const whole = readFixture(fixture)
    for (let cut = 1; cut < whole.length; cut = Math.ceil(cut * 1.3)) {
      await writeFile(path, whole.subarray(0, whole.length - cut))
      messages.add(await expectRefusal(t, path, join(out, 'out'), /model\.pkl/))
    }
  }
  t.comment([...messages].join('\n'))
})

t.test('a file that is not there, and a folder', async t => {
  const folder = t.testdir({ out: {} })
  await expectRefusal(t, join(folder, 'none.pkl'), join(folder, 'out'), /none\.pkl: no such file/)
  await expectRefusal(t, folder, join(folder, 'out'), /expected a model file, such as .* found no files/)
})

/** @returns the message */
async function expectRefusal(t: Test, path: string, out: string, message: RegExp): Promise<string> {
  try {
    await convertFiles([path], { out })
    t.fail('the file was converted')
    return ''
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    t.match(error.message, message)
    t.strictSame(await readdir(out), [], 'nothing is written')
    return error.message
  }
}
