/** Controls of a form, and texts made of their values. */
import t from 'tap'
import { listFields, rangeOf, snap } from '../../../page/logic/fields.js'
import { createFormat, humanize } from '../../../page/logic/format.js'
import { dropMissing, writeAxios, writeCurl } from '../../../page/logic/request-text.js'
import { spawnSync } from 'node:child_process'

t.test('sliders reach what is known, in steps that hit it', async t => {
  t.strictSame(rangeOf([0.458, 0.2], 0, 1), { from: 0, to: 1, step: 0.001 })
  t.strictSame(rangeOf([0, 0, 1, 2, 20], 0, undefined), { from: 0, to: 3, step: 1 })
  t.strictSame(rangeOf([44000, 71000, 262000, 5_000_000], 0, undefined), { from: 0, to: 400_000, step: 1000 })
  t.match(rangeOf([0, 1], 0, 1), { step: 0.1 }, 'a share')
  for (const [known, minimum, maximum] of [
    [[], undefined, undefined], [[], 0, undefined], [[], 5, 5], [[0], undefined, undefined], [[-3], undefined, undefined],
    [[1e-9, 3e-9], 0, undefined], [[1e300], undefined, undefined], [[-1e6, 1e6, 0.5], undefined, undefined]
  ] as const) {
    const { from, to, step } = rangeOf(known, minimum, maximum)
    const name = JSON.stringify([known, minimum, maximum])
    t.ok(from < to || minimum === maximum, `${name}: ${from} to ${to}`)
    t.ok(Number.isFinite(step) && step >= 0, `${name}: ${step}`)
    for (const value of known) t.ok(value >= from && value <= to, `${name} has ${value}`)
  }
})

t.test('a value of a slider has no more digits than its step', async t => {
  t.equal(snap(0.1 + 0.2, { step: 0.1 }), 0.3)
  t.equal(snap(1234.0000001, { step: 10 }), 1234)
  t.equal(snap(0.30000000000000004, { step: 1e-9 }), 0.3)
})

t.test('an input of several models is one field', async t => {
  const input = { name: 'age', type: 'number' as const, used: true }
  const fields = listFields([
    { name: 'a', inputs: [input, { name: 'id', type: 'any', used: false }] },
    { name: 'b', inputs: [{ ...input, used: false }, { name: 'ok', type: 'number', boolean: true, used: true }] }
  ], [])
  t.match(fields, [
    { name: 'age', kind: 'number', usedBy: ['a'], missing: undefined },
    { name: 'ok', kind: 'choice', options: [true, false], usedBy: ['b'] }
  ])
  t.equal(fields.length, 2)
})

t.test('numbers as people of both languages read them', async t => {
  const en = createFormat('en')
  const id = createFormat('id')
  t.strictSame([en.number(1234567.5), id.number(1234567.5)], ['1,234,570', '1.234.570'])
  t.strictSame([en.percent(0.7317), id.percent(0.7317)], ['73.2%', '73,2%'])
  t.strictSame([en.signed(0.01234), en.signed(-2), en.signed(0)], ['+0.0123', '-2', '0'])
  t.strictSame([en.value(null), en.value('x'), en.value(true)], ['–', 'x', 'true'])
  t.strictSame([en.bytes(801), en.bytes(617933)], ['801 B', '618 kB'])
  t.equal(humanize('avg_data.usage gb'), 'Avg data usage gb')
})

t.test('requests can be run as they are copied', async t => {
  const row = dropMissing({ 'name': `it's "one" $HOME \\ \n`, 'gone': null, 'spend': 0.1, '__proto__x': 1 })
  const { stdout } = spawnSync('sh', ['-c', writeCurl('http://host/a b', row).replace(/^curl/, 'printf "%s\\n"')], { encoding: 'utf8' })
  t.strictSame(JSON.parse(stdout.slice(stdout.indexOf('{'))), row)
  const sent = await new Function('axios', `return (async () => { ${writeAxios('http://host/', row)}; return data })()`)(
    { post: async (_url: string, data: unknown) => ({ data }) }) as unknown
  t.strictSame(sent, row)
  t.match(writeAxios('u', JSON.parse('{"__proto__":1}') as object as never), /\["__proto__"\]: 1/)
})
