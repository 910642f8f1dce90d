/** Models that versions of scikit-learn before 1.2, and joblib before 0.10, saved give the same bits and labels. */
import { readdirSync } from 'node:fs'
import t from 'tap'
import { convertFiles } from '../../tools/convert/convert.js'
import { compareFixture } from '../helpers/compare-fixture.js'
import { fixturePath, readFixture } from '../helpers/fixtures.js'

const VERSIONS = { '0.18': 2, 'joblib-0.9': 3, '0.22': 5, '0.23': 27, '0.24': 5, '1.0': 5, '1.1': 5 }

for (const [version, count] of Object.entries(VERSIONS)) {
  const folder = `old-versions/${version}`
  const files = readdirSync(fixturePath(folder)).filter(file => file.endsWith('.pkl') && file !== 'companions.pkl')
  t.equal(files.length, count, `models of ${version}`)
  for (const file of files) {
    t.test(`${version}: ${file}`, async t => compareFixture(t, `${folder}/${file}`))
  }
}

t.test('joblib 0.9 wrote ZF containers', async t => {
  t.equal(readFixture('old-versions/joblib-0.9/random-forest.pkl').subarray(0, 4).toString(), 'ZF0x')
})

t.test('what joblib 0.9 left in companion files is missed by name', async t => {
  const files = [fixturePath('old-versions/joblib-0.9/companions.pkl')]
  await t.rejects(convertFiles(files, { out: t.testdir() }), /companion file .*"model\.pkl_01\.npy"/)
})
