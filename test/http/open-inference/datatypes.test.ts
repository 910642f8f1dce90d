import t from 'tap'
import { DATATYPES, type Datatype } from '../../../src/http/open-inference/datatypes.js'

const byName = (name: string): Datatype => {
  const datatype = DATATYPES.get(name)
  if (datatype === undefined) throw new Error(name)
  return datatype
}

t.test('the names', t => {
  t.strictSame([...DATATYPES.keys()], [
    'BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'FP32', 'FP64', 'BYTES'
  ])
  t.end()
})

t.test('integers: their range and nothing else', t => {
  const ranges: Array<[string, number, number]> = [
    ['UINT8', 0, 255], ['UINT16', 0, 65535], ['UINT32', 0, 2 ** 32 - 1], ['UINT64', 0, 2 ** 53 - 1],
    ['INT8', -128, 127], ['INT16', -32768, 32767], ['INT32', -(2 ** 31), 2 ** 31 - 1], ['INT64', 1 - 2 ** 53, 2 ** 53 - 1]
  ]
  for (const [name, minimum, maximum] of ranges) {
    const { expected } = byName(name)
    const take = (value: unknown) => byName(name).take(value)
    t.equal(take(minimum), minimum, `${name} from ${minimum}`)
    t.equal(take(maximum), maximum, `${name} to ${maximum}`)
    for (const bad of [minimum - 1, maximum + 1, 1.5, '1', true, [1], NaN, Infinity]) t.equal(take(bad), undefined)
    t.match(expected, `${minimum} to ${maximum}`)
    t.ok(Object.is(take(-0), 0))
  }
  t.end()
})

t.test('floats are rounded to their precision, and refused beyond it', t => {
  t.equal(byName('FP64').take(0.1), 0.1)
  t.equal(byName('FP32').take(0.1), Math.fround(0.1))
  t.equal(byName('FP16').take(0.1), 0.0999755859375)
  t.equal(byName('FP64').take(Infinity), undefined)
  t.equal(byName('FP32').take(1e39), undefined)
  t.equal(byName('FP16').take(65520), undefined)
  for (const name of ['FP16', 'FP32', 'FP64']) {
    for (const bad of ['1', true, NaN, {}]) t.equal(byName(name).take(bad), undefined)
    t.ok(Object.is(byName(name).take(-0), -0))
  }
  t.end()
})

t.test('text and flags', t => {
  t.equal(byName('BYTES').take('é'), 'é')
  t.equal(byName('BYTES').take(1), undefined)
  t.equal(byName('BOOL').take(false), false)
  for (const bad of [0, 1, 'true']) t.equal(byName('BOOL').take(bad), undefined)
  t.end()
})

t.test('elements in bytes', t => {
  const bytes = Buffer.from('01fe00000000f8ff', 'hex')
  const read = (name: string, offset = 0) => byName(name).read(bytes, offset)
  t.equal(read('UINT8', 1), 254)
  t.equal(read('INT8', 1), -2)
  t.equal(read('UINT16'), 0xfe01)
  t.equal(read('INT16'), 0xfe01 - 65536)
  t.equal(read('UINT32'), 0xfe01)
  t.equal(read('INT32', 4), 0xfff80000 - 2 ** 32)
  t.equal(byName('UINT64').take(read('UINT64')), undefined, 'beyond 2^53')
  t.equal(byName('INT64').take(read('INT64')), 0xfff80000 * 2 ** 32 - 2 ** 64 + 0xfe01, 'within')
  t.equal(read('BOOL'), true)
  t.equal(read('BOOL', 2), false)
  t.equal(byName('BOOL').take(read('BOOL', 1)), undefined)
  t.equal(read('FP64'), null, 'NaN is a missing value')
  const float = Buffer.alloc(4)
  float.writeFloatLE(0.1)
  t.equal(byName('FP32').read(float, 0), Math.fround(0.1))
  t.equal(byName('FP16').read(Buffer.from([0, 0x3c]), 0), 1)
  t.equal(byName('BYTES').read(Buffer.from('\x02\x00\x00\x00éé', 'utf8'), 0), 'é')
  t.end()
})
