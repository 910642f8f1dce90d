/** pandas' objects are read wherever scikit-learn keeps them; names that prediction never reads may stand in a file. */
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { readPandas } from '../../tools/convert/pickle/pandas.js'
import { readElements } from '../../tools/convert/pickle/numpy.js'
import { readPickle } from '../../tools/convert/pickle/read-pickle.js'
import type { Value } from '../../tools/convert/pickle/values.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'
import {
  STUMP, STUMP_VALUES, array, bool, bytes, call, dict, dtype, file, floats, forest, instance, int, list, name, none,
  str, tree, tuple, u32
} from '../helpers/pickle-writer.js'

const files = readdirSync(fixturePath('names')).filter(file => file.endsWith('.pkl'))
t.ok(files.length > 30, 'there are fixtures')
for (const file of files) {
  t.test(file, async t => {
    const rows = readFixtureJson(`names/${file.replace('.pkl', '.json')}`) as Array<{ request: Row, probabilities: number[] }>
    const [{ dump }] = await convertFiles([fixturePath(`names/${file}`)], { out: t.testdir() })
    const model = createModel(dump)
    t.equal(rows.length, 6)
    rows.forEach(({ request, probabilities }, i) =>
      t.equal(firstDifference(model.predict(request).values, probabilities), -1, `row ${i}`))
  })
}

const good = () => tree(STUMP, STUMP_VALUES)
const pipeline = (...steps: Uint8Array[]) =>
  file(instance('sklearn.pipeline.Pipeline', { n_features_in_: int(2), steps: list(...steps.map(step => tuple(str('s'), step))) }))

const REFUSED: Array<[what: string, content: Uint8Array, message: RegExp]> = [
  ['a class of the author as a step', pipeline(instance('__main__.Clean', {}), forest([good()])), /steps\[0\]\[1\]: a step of the Pipeline is __main__\.Clean, .*before the rows are sent/],
  ['a forest of another library', file(instance('mine.RandomForestClassifier', {})), /The file holds mine\.RandomForestClassifier/],
  ['a function of the author', pipeline(instance('sklearn.preprocessing.FunctionTransformer', { func: name('__main__.clean') }), forest([good()])), /func: the function of a FunctionTransformer is __main__\.clean.*never executed/],
  ['a method that the file replaces', file(forest([good()], { predict_proba: name('mine.f') })), /predict_proba: expected the class's own method/],
  ['a method that a known name replaces', file(forest([good()], { predict: instance('functools.partial', {}) })), /predict: expected the class's own method/],
  [
    'the last predictor of a stack',
    file(instance('sklearn.ensemble._stacking.StackingClassifier', {
      n_features_in_: int(2), classes_: list(str('a'), str('b')), estimators_: list(good()), passthrough: bool(false),
      stack_method_: list(str('predict_proba')), final_estimator_: instance('sklearn.svm._classes.SVC', {})
    })),
    /final_estimator_: a predictor that takes part in the answer is sklearn\.svm\._classes\.SVC/
  ],
  ['a tree of the author in a forest', file(forest([instance('mine.DecisionTreeClassifier', {})])), /estimators_\[0\]: a predictor that takes part in the answer is mine\.Dec/],
  ['labels of an unknown class', file(forest([good()], { classes_: list(instance('mine.Label', {}), str('b')) })), /classes_\[0\]: found mine\.Label/],
  ['a flag of an unknown class', file(forest([good()], { n_outputs_: instance('mine.Int', {}) })), /n_outputs_: found mine\.Int/],
  ['a call for what it does', bytes(0x80, 4, call('mine.change', str('x')), '0', file(forest([good()])).subarray(2)), /mine\.change is called for what it does/],
  ['a list that is longer than its bytes', file(dict({ model: forest([good()]), features: arrow(3, [0, 1]) })), /Arrow array of 3 elements/]
]

function buffer(content: Uint8Array): Uint8Array {
  return call('pyarrow.lib.py_buffer', bytes('B', u32(content.length), content))
}

/** An array of Arrow's whose text is "ab". */
function restore(length: number, offsets: number[]): Uint8Array {
  return call('pyarrow.lib._restore_array', tuple(
    call('pyarrow.lib.type_for_alias', str('string')), int(length), int(0), int(0),
    list(none, buffer(new Uint8Array(Int32Array.from(offsets).buffer)), buffer(bytes('ab'))), list(), none
  ))
}

/** The same as pandas' array. */
function arrow(length: number, offsets: number[]): Uint8Array {
  return instance('pandas.arrays.ArrowStringArray', { _pa_array: restore(length, offsets) })
}

/** An ArrowExtensionArray of a type of fixed width. @param valid a bitmap of what is there, all by default */
function fixed(
  type: string, length: number, offset: number, { valid, values }: { valid?: number[], values: NodeJS.TypedArray }
): Uint8Array {
  const content = new Uint8Array(values.buffer)
  return instance('pandas.arrays.ArrowExtensionArray', {
    _pa_array: call('pyarrow.lib._restore_array', tuple(
      call('pyarrow.lib.type_for_alias', str(type)), int(length), int(0), int(offset),
      list(valid === undefined ? none : buffer(Uint8Array.from(valid)), buffer(content)), list(), none
    ))
  })
}

for (const [what, content, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const path = join(t.testdir({ out: {} }), 'model.pkl')
    await writeFile(path, content)
    const error: unknown = await convertFiles([path], { out: join(path, '..', 'out') }).catch((error: unknown) => error)
    if (!(error instanceof ConvertError)) throw error
    t.match(error.message, message)
    t.ok(error.message.length < 700, 'short')
  })
}

t.test('names that nothing reads', async t => {
  const path = join(t.testdir({ out: {} }), 'model.pkl')
  await writeFile(path, file(forest([good()], {
    note: instance('mine.Note', { model: bool(true) }), score: call('builtins.getattr', name('mine.Scorer'), str('score'))
  })))
  t.equal((await convertFiles([path], { out: join(path, '..', 'out') })).length, 1)
})

/** The elements of one of pandas' objects. */
function read(content: Uint8Array): Value[] | undefined {
  const elements = readPandas(readPickle(file(content), { checkName: () => undefined }))
  return elements === undefined ? undefined : readElements(elements)
}

t.test('arrays with a mask of what is missing', async t => {
  const masked = (type: string, data: Uint8Array, mask: number[]) => instance(`pandas.core.arrays.${type}`, {
    _data: data, _mask: array([mask.length], dtype('b1'), Uint8Array.from(mask))
  })
  t.strictSame(read(masked('integer.IntegerArray', floats([5, 1, 7]), [0, 1, 0])), [5, null, 7])
  t.strictSame(read(masked('floating.FloatingArray', floats([0.5, 1]), [1, 0])), [null, 1])
  const flags = array([3], dtype('b1'), Uint8Array.of(1, 1, 0))
  t.strictSame(read(masked('boolean.BooleanArray', flags, [0, 1, 0])), [true, null, false])
  t.equal(read(masked('integer.IntegerArray', floats([5, 1]), [0, 1, 0])), undefined, 'of another length')
})

t.test('arrays of Arrow', async t => {
  t.strictSame(read(arrow(2, [0, 1, 2])), ['a', 'b'])
  t.strictSame(read(arrow(1, [0, 0, 2])), [''])
  t.strictSame(read(fixed('int16', 2, 1, { values: Int16Array.of(9, -2, 3) })), [-2, 3], 'from the middle on')
  t.strictSame(read(fixed('double', 3, 1, { valid: [0b1011], values: Float64Array.of(9, 0.5, 7, 1) })), [0.5, null, 1])
  t.strictSame(read(fixed('bool', 3, 2, { values: Uint8Array.of(0b10101) })), [true, false, true])
  const chunks = call('pyarrow.lib.chunked_array', list(restore(2, [0, 1, 2]), restore(1, [0, 2])))
  t.strictSame(read(instance('pandas.arrays.ArrowStringArray', { _pa_array: chunks })), ['a', 'b', 'ab'])
  t.throws(() => read(fixed('int64', 2, 1, { values: BigInt64Array.of(1n, 2n) })), /2 elements of int64 from 1 on/)
  t.throws(() => read(arrow(2, [0, 9, 2])), { message: /from byte 0 to 9 of 2/ })
  t.throws(() => read(arrow(2, [2, 1, 2])), { message: /from byte 2 to 1/ })
  const range = (start: number, stop: number, step: number) => read(call('pandas.core.indexes.base._new_Index',
    name('pandas.RangeIndex'), dict({ start: int(start), stop: int(stop), step: int(step) })))
  t.strictSame(range(1, 8, 3), [1, 4, 7])
  t.strictSame(range(5, 0, -2), [5, 3, 1])
  t.equal(range(0, 2e9, 1), undefined)
})
