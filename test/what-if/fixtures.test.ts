/** Every model that is served: its curves are its own answers, and its nearest changes change them. */
import { join } from 'node:path'
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { FIXTURES, readCorpus } from '../../tools/fuzz/corpus.js'
import { isCounted } from '../../src/what-if/fields.js'
import type { Dump } from '../../src/dump/dump.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { Checked } from '../helpers/what-if.js'

const FOLDERS = [
  'boosters', 'catboost', 'encoders', 'estimators/1.6', 'hist-gradient-boosting', 'linear', 'old-versions', 'onnx',
  'transformers', 'wrappers'
]

t.setTimeout(300_000)

t.test('every fixture', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  const counts = { models: 0, exact: 0, guessed: 0, turns: 0 }
  for (const { path, bytes } of await readCorpus(FOLDERS.map(folder => join(FIXTURES, folder)))) {
    const models = await convert([{ name: path, bytes }]).catch((error: unknown) => {
      if (error instanceof ConvertError) return []
      throw error
    })
    for (const { text } of models) {
      const dump = JSON.parse(text) as Dump
      counts.models++
      const checked = new Checked(dump, t, path.slice(FIXTURES.length))
      const rows = dump.golden.map(({ input }) => input)
      const row = checked.randomRow(random)
      if (checked.answer(row) === undefined) continue
      const fields = dump.inputs.filter(({ type }) => type === 'number' || type === 'category').slice(0, 6)
      for (const input of fields) {
        const { name } = input
        const { exact } = checked.checkCurve(row, name, checked.listNumbers(name, random), isCounted(input, rows))
        counts[exact ? 'exact' : 'guessed']++
      }
      if (dump.task !== 'regressor' && dump.outputs.length === 1) {
        counts.turns += checked.checkNearest(row, checked.whatIf.nearest(row), answer => answer?.prediction)
      }
    }
  }
  t.comment(JSON.stringify(counts))
  t.ok(counts.models > 100 && counts.exact > 400 && counts.turns > 100, 'there are enough of them')
})
