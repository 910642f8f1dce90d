/** LightGBM's linear trees: the same bits, missing and tiny numbers included, and what is damaged is refused. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { readFixture } from '../helpers/fixtures.js'
import { checkAnswers, listAnswered } from '../helpers/library-answers.js'

const FOLDER = 'boosters/linear-trees'

const names = listAnswered(FOLDER)
t.equal(names.length, 5)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

/** Without the line that would tell each change of a length. */
const TEXT = Buffer.from(readFixture(`${FOLDER}/squares-4.7.txt`)).toString().replace(/^tree_sizes=.*\n/m, '')

for (const [what, pattern, replacement, message] of [
  ['too few constants', /leaf_const=\S+ /, 'leaf_const=', /leaf_const: expected 4 entries, found 3/],
  ['a constant', /leaf_const=\S+/, 'leaf_const=nan', /leaf_const: expected finite numbers/],
  ['terms', /num_features=\d/, 'num_features=5', /num_features: expected whole numbers in 0..4/],
  ['more terms', /num_features=1/, 'num_features=2', /leaf_features: expected 5 entries, found 4/],
  ['a feature', /leaf_features=0/, 'leaf_features=4', /leaf_features: expected whole numbers in 0..3/],
  ['a coefficient', /leaf_coeff=\d\S*/, 'leaf_coeff=inf', /leaf_coeff: expected finite numbers/],
  ['the kind', /is_linear=1/, 'is_linear=2', /is_linear: expected a whole number in 0..1/]
] as ReadonlyArray<readonly [string, RegExp, string, RegExp]>) {
  t.test(`damaged: ${what}`, async t => {
    const changed = TEXT.replace(pattern, replacement)
    t.not(changed, TEXT)
    await t.rejects(convert([{ name: 'm.txt', bytes: Buffer.from(changed) }]), { name: 'ConvertError', message })
  })
}

t.test('numbers that make the sum infinite are refused', async t => {
  const large = TEXT.replace(/leaf_coeff=\d\S+(.*)/g, 'leaf_coeff=1e300$1')
  const [{ model }] = await convert([{ name: 'm.txt', bytes: Buffer.from(large) }])
  t.throws(() => model.predict({ Column_0: -1e300, Column_1: 0, Column_2: 0, Column_3: 0 }), { name: 'InputError' })
})
