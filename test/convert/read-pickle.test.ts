import t from 'tap'
import { NdArray, readElements, readField, readFloat64s } from '../../tools/convert/pickle/numpy.js'
import { readPickle } from '../../tools/convert/pickle/read-pickle.js'
import { Dict, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { firstDifference } from '../helpers/bits.js'
import { readFixture } from '../helpers/fixtures.js'

const anyName = { checkName: () => {} }

/** What the arrays-* fixtures hold: dtype and elements in row-major order. */
const ARRAYS: Record<string, { shape: number[], elements: unknown[] }> = {
  c_order: { shape: [2, 3], elements: [0, 1, 2, 3, 4, 5] },
  f_order: { shape: [2, 3], elements: [0, 1, 2, 3, 4, 5] },
  f_order_objects: { shape: [2, 3], elements: [0, 1, 2, 3, 4, 5] },
  big_endian: { shape: [2], elements: [1.25, -2.5] },
  float32: { shape: [2], elements: [Math.fround(0.1), Math.fround(1e38)] },
  float16: { shape: [3], elements: [0.0999755859375, 65504, 5.9604644775390625e-8] },
  int8: { shape: [2], elements: [-128, 127] },
  uint16: { shape: [2], elements: [0, 65535] },
  int64: { shape: [2], elements: [-1, Number.MAX_SAFE_INTEGER] },
  texts: { shape: [4], elements: ['a', '', 'naïve', '東京\0x'] },
  bools: { shape: [2], elements: [true, false] },
  zero_d: { shape: [], elements: [7.5] },
  empty: { shape: [0, 3], elements: [] }
}

const VALUES: Record<string, Value> = {
  scalar: 0.1,
  text: 'café 😀 \\u0041 line\nbreak',
  ints: [0, -1, 255, 65536, -(2 ** 31), 2 ** 31, Number.MAX_SAFE_INTEGER],
  floats: [0.1, -0, 1e300, 5e-324],
  flags: [true, false, null]
}

function arrayAt(value: Value | undefined): NdArray {
  if (value instanceof NdArray) return value
  throw new TypeError('not an array')
}

for (const container of ['pkl', 'joblib']) {
  for (let protocol = 0; protocol <= 5; protocol++) {
    t.test(`arrays-p${protocol}.${container}`, async t => {
      const root = readPickle(readFixture(`sklearn/arrays-p${protocol}.${container}`), anyName)
      if (!(root instanceof Dict)) throw new TypeError('the root is not a dict')
      for (const [name, expected] of Object.entries(ARRAYS)) {
        const array = arrayAt(root.get(name))
        t.strictSame(array.shape, expected.shape, `${name}: shape`)
        const elements = readElements(array)
        const same = elements.every((value, i) => Object.is(value, expected.elements[i]))
        t.ok(same && elements.length === expected.elements.length, `${name}: elements`, { found: elements })
      }
      for (const [name, expected] of Object.entries(VALUES)) {
        const found = root.get(name)
        const same = Array.isArray(expected) && Array.isArray(found)
          ? found.length === expected.length && found.every((value, i) => Object.is(value, expected[i]))
          : Object.is(found, expected)
        t.ok(same, name, { found })
      }
      t.strictSame(root.get('raw'), Uint8Array.from({ length: 18 }, (_, i) => i * 15).subarray(0, 18), 'bytes')
      const tuple = root.get('tuple')
      t.ok(tuple instanceof Tuple && tuple.items[0] === 1 && tuple.items[1] instanceof Tuple, 'tuples')
      const shared = root.get('shared') as Value[]
      for (const array of shared) t.equal(firstDifference(readFloat64s(arrayAt(array)), [1.5, -0, Infinity]), -1)
      const structured = arrayAt(root.get('structured'))
      t.strictSame([...readField(structured, 'a')], [1, 3])
      t.strictSame([...readField(structured, 'b')], [2.5, 4.5])
      t.throws(() => readField(structured, 'c'), { message: /field "c".*with the fields a, b/ })
    })
  }
}
