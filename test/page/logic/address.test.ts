/** The state of the page in its address, there and back. */
import t from 'tap'
import { readAddress, readRow, writeAddress, writeRow, type Address } from '../../../page/logic/address.js'
import type { Field } from '../../../page/logic/fields.js'
import { toAddress, readRows, type State } from '../../../page/logic/state.js'

const common = { description: undefined, usedBy: [] }
const number = { ...common, kind: 'number' as const, unit: undefined, from: 0, to: 1, step: 0.1, minimum: 0, maximum: 1, missing: 0 }
const fields: Field[] = [
  { ...number, name: 'spend' }, { ...number, name: 'odd name & = # %' },
  { ...common, kind: 'category', name: 'plan', categories: ['Prepaid'], missing: null },
  { ...common, kind: 'choice', name: 'flag', options: [true, false] },
  { ...common, kind: 'choice', name: 'size', options: [1, 2] },
  { ...common, kind: 'text', name: 'words' }
]

t.test('rows keep their values and types', async t => {
  const row = { 'spend': 0.1 + 0.2, 'odd name & = # %': -1e-300, 'plan': 'né=&#%', 'flag': false, 'size': 2, 'words': '1\n2' }
  const there = writeAddress({ tab: 'try', rows: [writeRow(row), undefined], active: 0 })
  const { rows: [first, second] } = readAddress(`#${there}`)
  t.strictSame(readRow(fields, first ?? {}), row)
  t.equal(second, undefined)
})

t.test('what is missing stays missing, and is not what is not said', async t => {
  const none = { spend: null, plan: null }
  const { rows } = readAddress(writeAddress({ tab: 'try', rows: [writeRow(none), writeRow({ spend: 1 })], active: 1 }))
  t.strictSame(rows, [{}, { spend: '1' }])
  t.strictSame(readRows(readAddress(''), fields.slice(0, 1), [{ spend: 7 }]), [{ spend: 7 }], 'the first sample')
  t.strictSame(readRows(readAddress('a='), fields.slice(0, 1), [{ spend: 7 }]), [{ spend: null }])
})

t.test('what a field cannot have is missing', async t => {
  for (const text of ['', ' ', 'x', 'NaN', 'Infinity', '1e999']) t.strictSame(readRow(fields.slice(0, 1), { spend: text }), { spend: null }, text)
  t.equal(readRow(fields, { flag: 'maybe' }).flag, null)
  t.equal(readRow(fields, {}).spend, null)
  t.equal(readRow([{ ...number, name: 'constructor' }], {}).constructor, null)
})

t.test('all of the state', async t => {
  const address: Address = {
    tab: 'models', subject: 'wine', rows: [{ a: '1' }, { a: '2' }], active: 1, about: 'wine/1', field: 'x y', model: 'm', tree: 4,
    depth: 9, language: 'id'
  }
  t.strictSame(readAddress(`#${writeAddress(address)}`), address)
})

t.test('nonsense is left out', async t => {
  const { tab, tree, language, active } = readAddress('#tab=nothing&tree=-1&lang=xx&edit=b&depth=1e9')
  t.strictSame([tab, tree, language, active], ['try', undefined, undefined, 0])
})

t.test('what is as usual is not in the address', async t => {
  const state: State = {
    tab: 'try', language: 'en', subject: 'customer', rows: [{ spend: 1 }], active: 0, about: undefined, field: undefined,
    model: undefined, tree: 0, depth: 3
  }
  t.equal(writeAddress(toAddress(state, false)), 'of=customer&a.spend=1')
  t.match(writeAddress(toAddress({ ...state, depth: 4 }, true)), /depth=4&lang=en/)
})
