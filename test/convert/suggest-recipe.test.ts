/** The recipe that files suggest: where nothing is asked, it makes the model that its team had. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/errors/input-error.js'
import { convert } from '../../tools/convert/convert.js'
import { suggestRecipe } from '../../tools/convert/recipe-files/suggest-recipe.js'
import { readSources } from '../../tools/convert/sources/read-sources.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

interface Service {
  files: string[]
  rows: Row[]
  values: number[][]
  labels: Array<string | number | null> | null
  message?: string
}

const CLI = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')

async function suggest(paths: readonly string[]) {
  return suggestRecipe('recipe.yaml', (await Promise.all(paths.map(async path => readSources(path)))).flat())
}

let answered = 0
for (const kind of ['chains', 'recipes']) {
  for (const [name, service] of Object.entries(readFixtureJson(`${kind}/expected.json`) as Record<string, Service>)) {
    await t.test(`${kind}/${name}`, async t => {
      const paths = service.files.map(file => fixturePath(`${kind}/${name}/${file}`))
      const { text, questions } = await suggest(paths).catch((error: unknown) => {
        if (service.message === undefined) throw error
        return { text: '', questions: 1 }
      })
      t.equal(text.split('# ?').length - (text === '' ? 0 : 2), questions, 'one mark for each question, and one in the head')
      if (questions > 0) return
      t.equal(service.message, undefined, 'files that do not fit are never without a question')
      const [{ dump }] = await convert(paths, { recipe: { name: 'recipe.yaml', bytes: Buffer.from(text) } })
      const model = createModel(dump)
      // What no file says, such as what becomes of an answer, cannot be in it.
      if (kind === 'recipes') return
      answered++
      service.rows.forEach((row, i) => {
        const prediction = model.predict(row)
        const wrong = firstDifference(prediction.values, service.values[i])
        if (wrong >= 0) t.fail(`row ${i}: expected ${service.values[i][wrong]}, computed ${prediction.values[wrong]}`)
        const label = String(model.outputs[0].classes?.[prediction.classIndexes[0]])
        if (service.labels !== null) t.equal(label, service.labels[i])
      })
    })
  }
}
t.ok(answered >= 12, `${answered} of the chains need no question`)

t.test('questions name what they are about', async t => {
  const of = async (name: string, ...files: string[]) => (await suggest(files.map(file => fixturePath(`recipes/${name}/${file}`)))).text
  t.match(await of('flask', 'model.pkl', 'scaler.pkl', 'encoders.pkl', 'columns.pkl'), /# \? It was fitted on an array: which 3 of age, monthly_spend/)
  t.match(await of('bundle', 'bundle.pkl'), /# \? Several change the same columns/)
  t.match(await of('blend', 'rf.pkl', 'gb.pkl', 'isotonic.pkl'), /# \? Several predictors/)
  t.match(await of('functions', 'model.pkl'), /ours\.add_ratio": \{ each: x \}/)
  t.match(await of('function-in-dict', 'model.pkl'), /# \? What does ours\.rate do\?/)
})

t.test('inspect --suggest writes a file, and never over another', async t => {
  const out = join(t.testdir(), 'recipe.yaml')
  const files = ['scaler.pkl', 'label_encoder.pkl', 'model.pkl'].map(file => fixturePath(`chains/scaler/${file}`))
  const run = () => promisify(execFile)(process.execPath, [CLI, 'inspect', ...files, '--suggest', out])
  const { stdout } = await run()
  t.match(stdout, /question|no questions/)
  t.match(readFileSync(out, 'utf8'), /^chain:\n {2}- scaler\.pkl\n {2}- model\.pkl$/m)
  await t.rejects(run(), /is there already/)
})
