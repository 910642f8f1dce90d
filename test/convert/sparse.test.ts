/** Linear models after sparsify(), whose sums have one order, and DummyClassifiers of several outputs. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { readFixture } from '../helpers/fixtures.js'
import { checkAnswers, listAnswered } from '../helpers/library-answers.js'

const FOLDER = 'linear/sparse'

const names = listAnswered(FOLDER)
t.equal(names.length, 18)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

t.test('a sparse matrix that is none', async t => {
  const text = Buffer.from(readFixture(`${FOLDER}/1.6-sgd-3.pkl`)).toString('latin1')
  for (const name of ['indptr', 'indices']) {
    const bytes = Buffer.from(text.replaceAll(name, 'x'.repeat(name.length)), 'latin1')
    await t.rejects(convert([{ name: 'm.pkl', bytes }]), { name: 'ConvertError', message: new RegExp(`${name}: expected an array`) })
  }
  // The first array of int32s after the name: the columns of the first row, which no longer ascend.
  const at = Buffer.from(text, 'latin1')
  const place = text.indexOf('indptr')
  const data = text.indexOf('\x00\x00\x00\x00', place)
  at.writeInt32LE(1, data)
  await t.rejects(convert([{ name: 'm.pkl', bytes: at }]), { name: 'ConvertError', message: /indptr: expected ascending numbers from 0/ })
})
