/** What each of skops' nodes becomes, and how what skops would not write is refused. */
import t from 'tap'
import { ZipArchive } from '../../tools/convert/containers/zip.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { DType, NdArray, readElements } from '../../tools/convert/pickle/numpy.js'
import { Dict, Global, Instance, PySet, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { checkNames } from '../../tools/convert/registry/registry.js'
import { checkMethod } from '../../tools/convert/sklearn/unread.js'
import { readSkops } from '../../tools/convert/skops/read-skops.js'
import {
  array, dict, float64s, header, json, list, node, npy, object, skops, skopsText, tuple, type, type SkopsNode
} from '../helpers/skops-writer.js'
import { zip, type Member } from '../helpers/zip-writer.js'

const options = { checkName: checkNames, checkCall: checkMethod }
const readBytes = (bytes: Uint8Array) => readSkops(new ZipArchive(bytes, 1e8), { ...options, fileBytes: bytes.length })
const read = (root: SkopsNode, members: readonly Member[] = [], protocol = 2) =>
  readBytes(skops(root, members, protocol))
/** The items of a tuple; any other value as it is. */
const itemsOf = (value: Value | undefined) => value instanceof Tuple ? value.items : value

t.test('plain values', async t => {
  t.strictSame([true, null, -0.5, 'a"\\\n☃\ud800'].map(value => read(json(value))), [true, null, -0.5, 'a"\\\n☃\ud800'])
  t.strictSame(['NaN', 'Infinity', '-Infinity', '9007199254740993', '-12345678901234567890123'].map(text => read(json(text))),
    [NaN, Infinity, -Infinity, 9007199254740993n, -12345678901234567890123n])
  const number = (text: string) => read(node('builtins.float', 'JsonNode', { content: text }))
  for (const [text, value] of [['-0.0', -0], ['-0', 0], ['1e400', Infinity], ['0.1', 0.1], ['12', 12]] as const) {
    t.ok(Object.is(number(text), value), text)
  }
  t.strictSame(read(list(json(1), list())), [1, []])
  const pair = read(tuple(json(1), json('b')))
  t.ok(pair instanceof Tuple)
  t.strictSame(itemsOf(pair), [1, 'b'])
  t.strictSame((read(node('builtins.set', 'SetNode', { content: [json(1)] })) as PySet).items, [1])
  t.strictSame((read(node('builtins.frozenset', 'ConstructorFromReduceNode', { content: tuple(list(json(1))) })) as PySet).items, [1])
  t.equal((read(type('numpy.float64')) as Global).path, 'numpy.float64')
  t.equal((read(node('numpy._core._multiarray_umath.log1p', 'FunctionNode')) as Global).path, 'numpy.core._multiarray_umath.log1p')
  const old = node('x.ufunc', 'FunctionNode', { content: { module_path: 'numpy', function: 'log1p' } })
  t.equal((read(old, [], 0) as Global).path, 'numpy.log1p')
  t.strictSame((read(node('builtins.slice', 'SliceNode', { content: { start: 1, stop: null, step: 2 } })) as Instance).args, [1, null, 2])
  t.strictSame(read(node('builtins.bytes', 'BytesNode', { file: 'x.bin' }), [{ name: 'x.bin', content: 'ab' }]), Uint8Array.of(97, 98))
})

t.test('dicts have the keys, and the order of keys, that they had', async t => {
  const entries = { b: json(1), 10: json(2), 9: json(3), '-2': json(4), 1.5: json(5), NaN: json(6), false: json(7), null: json(8) }
  const types = {
    10: 'builtins.int', 9: 'numpy.int64', '-2': 'numpy.int32', 1.5: 'builtins.float', NaN: 'numpy.float32', false: 'numpy.bool',
    null: 'builtins.NoneType'
  }
  // JavaScript would have 9 and 10 first.
  const order = Object.keys(entries).map((key, i) => `"${key}": ${JSON.stringify(Object.values(entries)[i])}`).reverse()
  const keyTypes = Object.keys(entries).map(key => type((types as Record<string, string>)[key] ?? 'builtins.str')).reverse()
  const text = JSON.stringify({ ...node('builtins.dict', 'DictNode', { key_types: list(...keyTypes) }), protocol: 2, content: 0 })
  const value = readBytes(skopsText(text.replace('"content":0', `"content":{${order.join()}}`)))
  t.strictSame([...(value as Dict).entries], [[null, 8], [false, 7], [NaN, 6], [1.5, 5], [-2, 4], ['b', 1], [10, 2], [9, 3]])

  const bunch = read(dict({ a: json(1) }, {}, 'sklearn.utils._bunch.Bunch')) as Instance
  t.strictSame([...bunch.entries?.entries ?? []], [['a', 1]])
  t.ok(read(dict({}, {}, 'collections.OrderedDict')) instanceof Dict)
  const main = dict({ 1: list(json('a')) }, { 1: 'builtins.int' })
  const ordered = node('collections.defaultdict', 'DefaultDictNode', { content: { main, default_factory: type('builtins.list') } })
  t.strictSame([...(read(ordered) as Dict).entries], [[1, ['a']]])
})

t.test('objects, calls and methods are descriptions', async t => {
  const made = read(object('sklearn.preprocessing._data.StandardScaler', { with_mean: json(true) })) as Instance
  t.strictSame([made.type.path, made.get('with_mean'), made.args], ['sklearn.preprocessing._data.StandardScaler', true, []])
  t.equal((read(node('x.Y', 'ObjectNode')) as Instance).type.opaque, true, 'an unknown class stays opaque')
  t.equal((read(node('x.Y', 'ObjectNode', { content: json(null) })) as Instance).state, undefined)
  const tree = read(node('sklearn.tree._tree.Tree', 'TreeNode', {
    __reduce__: { args: tuple(json(2), json(3)) }, content: dict({ node_count: json(1) })
  })) as Instance
  t.strictSame([tree.args, tree.get('node_count')], [[2, 3], 1])
  const partial = read(node('functools.partial', 'PartialNode', {
    content: { func: type('sklearn.utils.validation.check_array'), args: tuple(), kwds: dict({}), namespace: json(null) }
  })) as Instance
  t.equal((partial.args[0] as Global).path, 'sklearn.utils.validation.check_array')
  t.match(itemsOf(partial.state), { length: 4 })
  const method = read(node('x.Y', 'MethodNode', { content: { func: 'score', obj: node('x.Y', 'ObjectNode') } })) as Instance
  t.strictSame([method.type.path, method.type.opaque, method.args[1]], ['builtins.getattr', true, 'score'])
  const getter = read(node('operator.itemgetter', 'OperatorFuncNode', { attrs: tuple(json(1)) })) as Instance
  t.strictSame([getter.type.opaque, getter.args], [true, [1]])
  for (const [protocol, content] of [
    [2, { bit_generator: dict({}), seed_seq: dict({}) }], [1, { bit_generator: dict({}) }], [0, { bit_generator: { bit_generator: 'PCG64' } }]
  ] as const) {
    const random = read(node('numpy.random._generator.Generator', 'RandomGeneratorNode', { content }), [], protocol) as Instance
    t.equal(random.args.length, protocol)
  }
  const masked = read(node('numpy.ma.MaskedArray', 'MaskedArrayNode', { content: { data: list(), mask: json(false) } })) as Instance
  t.strictSame(masked.args, [[], false])
  for (const [name, opaque] of [['_csr.csr_matrix', false], ['_coo.coo_matrix', true]] as const) {
    const sparse = node(`scipy.sparse.${name}`, 'SparseMatrixNode', { type: 'scipy', file: 'x.npz' })
    const made = read(sparse, [{ name: 'x.npz', content: '' }]) as Instance
    t.strictSame([made.type.opaque, made.args, made.get('data')], [opaque, [], undefined], 'its numbers are not read')
  }
})

t.test('equal ids are one object', async t => {
  const shared = list(json(1))
  const value = read(list(shared, shared, node('builtins.list', 'CachedNode', { __id__: shared.__id__ }), list(json(1)))) as Value[]
  t.equal(value[0], value[1])
  t.equal(value[0], value[2])
  t.not(value[0], value[3])
  t.strictSame(read(list(...[1, 2].map(number => ({ ...list(json(number)), __id__: 0 })))), [[1], [2]], '0 is none')
})

t.test('arrays, scalars and dtypes', async t => {
  const load = (descr: string, shape: string, data: Uint8Array, fortran = 'False', version = 1) =>
    read(array('1.npy'), [npy('1.npy', header(descr, shape, fortran), data, version)]) as NdArray
  const elements = (...args: Parameters<typeof load>) => readElements(load(...args))
  const eight = float64s(1, 2, 3, 4, 5, 6)
  t.strictSame(elements("'<f8'", '(6,)', eight), [1, 2, 3, 4, 5, 6])
  t.strictSame(elements("'<f8'", '(2, 3)', eight, 'True'), [1, 3, 5, 2, 4, 6])
  t.strictSame(elements("'>f8'", '(1,)', Uint8Array.of(0x40, 8, 0, 0, 0, 0, 0, 0)), [3])
  t.strictSame(elements("'|b1'", '(2,)', Uint8Array.of(0, 1)), [false, true])
  t.strictSame(elements("'<U2'", '(1,)', Uint8Array.of(97, 0, 0, 0, 0, 0, 0, 0)), ['a'])
  t.equal(load("'<M8[ns]'", '(1,)', eight.subarray(8, 16)).dtype?.code, 'M8')
  for (const version of [2, 3]) t.strictSame(elements("'|u1'", '(1,)', Uint8Array.of(9), 'False', version), [9])
  for (const name of ['matrix', 'memmap']) {
    const array1 = read(array('1.npy', `numpy.${name}`), [npy('1.npy', header("'<f8'", '(6,)'), eight)])
    t.ok(array1 instanceof NdArray, name)
  }
  const record = load(`[('ä', '<i4'), ('', '|V4'), ("b'c", [('x', '<f8')])]`, '(1,)', float64s(1, 2))
  t.equal(record.dtype?.itemsize, 16)
  t.strictSame([...record.dtype?.fields ?? []].map(([name, { offset }]) => [name, offset]), [['ä', 0], ["b'c", 8]])

  const scalar = (className: string, descr: string, data: Uint8Array) =>
    read(array('1.npy', className), [npy('1.npy', header(descr, '()'), data)])
  t.equal(scalar('numpy.float64', "'<f8'", float64s(0.3)), 0.3)
  t.equal(scalar('numpy.int64', "'<i8'", Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0)), 5)
  t.equal(scalar('numpy.bool', "'|b1'", Uint8Array.of(1)), true)
  t.equal(scalar('numpy.str_', "'<U1'", Uint8Array.of(97, 0, 0, 0)), 'a')
  t.throws(() => scalar('numpy.float32', "'<f8'", float64s(1)), /numpy\.float32 of a numpy array of shape \(\) and dtype f8/)
  t.throws(() => scalar('numpy.int64', "'<f8'", float64s(1)), /numpy\.int64 of/)
  t.throws(() => scalar('os.system', "'<f8'", float64s(1)), /os\.system of/)

  const objects = (shape: SkopsNode, ...content: SkopsNode[]) =>
    readElements(read(node('numpy.ndarray', 'NdArrayNode', { type: 'json', shape, content })) as NdArray)
  t.strictSame(objects(tuple(json(2)), json('a'), list(json(1))), ['a', [1]])
  t.strictSame(objects(tuple(json(2), json(1)), list(json('a')), list(json('b'))), ['a', 'b'])
  t.strictSame(objects(tuple(json(0))), [])
  t.throws(() => objects(tuple(json(3)), json('a')), /shape \(3\) with 1 items along axis 0/)
  t.throws(() => objects(tuple(json(1), json(2)), json('ab')), /rows are not lists/)
  t.throws(() => objects(tuple(), json('a')), /shape \(\) with 1 items/)
  t.throws(() => objects(json(1), json('a')), /must be a tuple of lengths/)

  const dtype = read(node('numpy.dtype', 'DTypeNode', { content: array('1.npy') }), [npy('1.npy', header("'<f4'", '(0,)'), new Uint8Array())])
  t.ok(dtype instanceof DType && dtype.code === 'f4')
  t.throws(() => read(node('numpy.dtype', 'DTypeNode', { content: json(1) })), /the dtype of the number 1/)
})

/** @returns what the error says of the place, and of the problem */
function refusal(bytes: Uint8Array): string {
  try {
    readBytes(bytes)
  } catch (error) {
    if (error instanceof ConvertError && error.hint !== undefined) return error.message
    throw error
  }
  throw new Error('read')
}

const nested = (levels: number): string => '{"content":['.repeat(levels) + '1' + ']}'.repeat(levels)
const loop = list()
loop.content = [list({ ...list(), __id__: loop.__id__ })]

for (const [what, bytes, message] of [
  ['no JSON', skopsText('{'), /schema\.json: expected a key in quotes at character 1, found its end/],
  ['no object', skopsText('[]'), /at the top: expected an object of skops, found a list of 0/],
  ['text behind', skopsText('{} x'), /expected the end of the text at character 3/],
  ['depth', skopsText(nested(2000)), /nested at most 1000 deep/],
  ['bytes that are no text', skopsText(Buffer.of(0x22, 0xff, 0x22)), /schema\.json: text that is not UTF-8/],
  ['no class', skops({ __loader__: 'ListNode', content: [] }), /at the top: __module__: expected text, found nothing/],
  ['no protocol', skops(json(1), [], null), /the protocol is null, expected 0 to 2/],
  ['a new protocol', skops(json(1), [], 3), /the protocol is 3/],
  ['half a protocol', skops(json(1), [], 1.5), /the protocol is 1\.5/],
  ['an unknown kind of node', skops(list(node('a.B', 'toString'))), /at \[0\]: a\.B is written as toString, which is not known/],
  ['a cycle', skops(loop), /at \[0\]\[0\]: an object that is a part of itself/],
  ['a reference into nothing', skops(node('a.B', 'CachedNode', { __id__: 7 })), /stands for the object 7, which does not come before/],
  ['an id twice', skops(list({ ...json(1), __id__: 1 }, { ...json(2), __id__: 1 })), /another object with its __id__, builtins\.str, stands at \[0\]/],
  ['an id of two classes', skops(list({ ...list(), __id__: 1 }, { ...tuple(), __id__: 1 })), /another object with its __id__/],
  ['an id that is text', skops({ ...json(1), __id__: '1' }), /its __id__ is not a number/],
  ['a member that is not there', skops(array('1.npy')), /the archive has no member "1\.npy"/],
  ['a member outside', skops(array('../../etc/passwd')), /no member "\.\.\/\.\.\/etc\/passwd"/],
  ['JSON in JSON', skops(json([1])), /a list or an object as JSON/],
  ['a name that reaches out', skops(object('sklearn.Pipeline', { a: type('os.system') })), /at a: os\.system has no place/],
  ['such a class', skops(list(node('subprocess.Popen', 'ObjectNode'))), /at \[0\]: subprocess\.Popen has no place/],
  ['such a class of a list', skops(node('os.x', 'ListNode', { content: [] })), /os\.x has no place/],
  ['such a class of a dict', skops(dict({}, {}, 'builtins.eval')), /builtins\.eval has no place/],
  ['such a constructor', skops(node('os.system', 'ConstructorFromReduceNode', { content: tuple(json('ls')) })), /os\.system has no place/],
  ['such a function', skops(node('builtins.exec', 'FunctionNode')), /builtins\.exec has no place/],
  ['such a function of old', skops(node('a.B', 'FunctionNode', { content: { module_path: 'os', function: 'system' } }), [], 0), /os\.system/],
  ['getattr', skops(type('builtins.getattr')), /builtins\.getattr has no place/],
  ['a method', skops(node('builtins.list', 'MethodNode', { content: { func: 'x', obj: list() } })), /a method of an object of another class/],
  ['a method of a known class', skops(node('sklearn.pipeline.Pipeline', 'MethodNode', {
    content: { func: 'predict', obj: node('sklearn.pipeline.Pipeline', 'ObjectNode') }
  })), /builtins\.getattr has no place/],
  ['a method of another class', skops(node('a.B', 'MethodNode', { content: { func: 'x', obj: node('a.C', 'ObjectNode') } })), /another class/],
  ['a tree that is none', skops(node('os.system', 'TreeNode', { __reduce__: { args: tuple() } })), /a tree of the class os\.system/],
  ['no arguments', skops(node('a.B', 'LossNode', { __reduce__: { args: json(1) } })), /its arguments are not a tuple/],
  ['too few types of keys', skops({ ...dict({ a: json(1) }), key_types: list() }), /1 entries with 0 types of keys/],
  ['functions as types of keys', skops({ ...dict({ a: json(1) }), key_types: list(node('builtins.eval', 'FunctionNode')) }), /something else than types/],
  ['another type of key', skops(dict({ a: json(1) }, { a: 'os.system' })), /keys of os\.system, expected str/],
  ['a key that is no number', skops(dict({ a: json(1) }, { a: 'builtins.int' })), /the key "a" is not of the type builtins\.int/],
  ['a key that is no bool', skops(dict({ a: json(1) }, { a: 'numpy.bool_' })), /the key "a" is not of the type numpy\.bool_/],
  ['a slice of lists', skops(node('builtins.slice', 'SliceNode', { content: { start: [] } })), /a slice of neither numbers nor names/],
  ['a long name', skops(type(`a.${'b'.repeat(2000)}`)), /a name of 2001 characters/],
  ['no number', skopsText('{"protocol": 0x2}'), /expected a comma or }/],
  ['a control character', skopsText('{"a\n": 1}'), /without control characters/],
  ['text without end', skopsText('{"a'), /expected text that ends/]
] satisfies Array<[what: string, bytes: Uint8Array, message: RegExp]>) {
  t.match(refusal(bytes), message, what)
}

const zeros = (count: number) => new Uint8Array(count)
for (const [what, member, message] of [
  ['source code', npy('1.npy', "{'descr': __import__('os').system('ls')}", zeros(8)), /not one that numpy writes, near "__import__\('os/],
  ['source code behind', npy('1.npy', `${header("'<f8'", '(1,)')} or 1`, zeros(8)), /near "or 1"/],
  ['a product', npy('1.npy', header("'<f8'", '(10**9,)'), zeros(8)), /near "\*\*9/],
  ['objects', npy('1.npy', header("'|O'", '(1,)'), zeros(8)), /Python objects, which would be a pickle/],
  ['objects in fields', npy('1.npy', header("[('a', '|O')]", '(1,)'), zeros(8)), /Python objects/],
  ['a long header', npy('1.npy', header("'<f8'", '(1,)') + ' '.repeat(20_000), zeros(8)), /a header of 20\d+ bytes/],
  ['a header beyond the end', { name: '1.npy', content: npy('1.npy', header("'<f8'", '(1,)'), zeros(8)).content.slice(0, 40) }, /ends within its header/],
  ['another key', npy('1.npy', "{'descr': '<f8', 'shape': (1,), 'x': 1}", zeros(8)), /does not say 'descr'/],
  ['a key twice', npy('1.npy', "{'shape': (1,), 'shape': (1,)}", zeros(8)), /not one that numpy writes/],
  ['no dict', npy('1.npy', "('<f8', False, (1,))", zeros(8)), /does not say/],
  ['depth', npy('1.npy', '('.repeat(5000), zeros(8)), /nested more than 20 deep/],
  ['a negative length', npy('1.npy', header("'<f8'", '(-1,)'), zeros(8)), /not one that numpy writes/],
  ['a length that is text', npy('1.npy', header("'<f8'", "('1',)"), zeros(8)), /must be a tuple of lengths/],
  ['another length', npy('1.npy', header("'<f8'", '(2,)'), zeros(8)), /needs 16 bytes, the file gives 8/],
  ['a huge length', npy('1.npy', header("'<f8'", '(999999999999999,)'), zeros(8)), /impossible|needs/],
  ['elements without bytes', npy('1.npy', header("'<U0'", '(999999999,)'), zeros(0)), /elements of 0 bytes/],
  ['an array of arrays', npy('1.npy', header("[('a', '<f8', (3,))]", '(1,)'), zeros(24)), /a field of its dtype/],
  ['a field twice', npy('1.npy', header("[('a', '<f8'), ('a', '<f8')]", '(1,)'), zeros(16)), /two fields of its dtype are called "a"/],
  ['another dtype', npy('1.npy', header("'<x8'", '(1,)'), zeros(8)), /dtype "x8" is not supported/],
  ['another version', { name: '1.npy', content: Buffer.from('\x93NUMPY\x09\0\0\0\0\0', 'latin1') }, /version 9 of numpy's format/],
  ['other bytes', { name: '1.npy', content: 'hello, hello' }, /not an array that numpy saved/],
  ['nothing', { name: '1.npy', content: '' }, /not an array that numpy saved/],
  ['a wrong checksum', { name: '1.npy', content: 'x', says: { crc: 1 } }, /member "1\.npy": the CRC-32/]
] satisfies Array<[what: string, member: Member, message: RegExp]>) {
  const text = (() => {
    try {
      read(list(array('1.npy')), [member])
    } catch (error) {
      return error instanceof ConvertError ? error.message : String(error)
    }
    return 'read'
  })()
  t.match(text, message, `an array with ${what}`)
  t.match(text, /^In schema\.json, at \[0\]: /, what)
}

t.test('a small file does not fill the memory', async t => {
  const many = `[${'[],'.repeat(3e6)}[]]`
  t.match(refusal(zip([{ name: 'schema.json', content: many, deflate: true }])), /take far more memory/)
  const row = list(...Array.from({ length: 3000 }, () => json(1)))
  const rows = Array.from({ length: 3000 }, () => ({ ...list(), __id__: row.__id__ }))
  const shape = tuple(json(3001), json(3000))
  t.match(refusal(skops(node('numpy.ndarray', 'NdArrayNode', { type: 'json', shape, content: [row, ...rows] }))), /take far more memory/)
})
