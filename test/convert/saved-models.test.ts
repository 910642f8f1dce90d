/** Models that other libraries saved in their own formats, behind transformers from files of their own. */
import t, { type Test } from 'tap'
import type { Row } from '../../src/errors/input-error.js'
import { convert, type ConvertedModel } from '../../tools/convert/convert.js'
import { suggestRecipe } from '../../tools/convert/recipe-files/suggest-recipe.js'
import { readSources } from '../../tools/convert/sources/read-sources.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixture, readFixtureJson } from '../helpers/fixtures.js'

const expected = readFixtureJson('saved-models/expected.json') as Record<string, { rows: Row[], values: number[][] }>
const paths = (...files: string[]) => files.map(file => fixturePath(`saved-models/${file}`))

function compare(t: Test, file: string, [{ model }, ...others]: readonly ConvertedModel[]): void {
  t.equal(others.length, 0, 'one model')
  const { rows, values } = expected[file]
  rows.forEach((row, i) => {
    const found = model.predict(row).values
    const wrong = firstDifference(found, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${found[wrong]}`)
  })
}

for (const file of Object.keys(expected)) {
  t.test(file, async t => {
    const parts = ['scaler.pkl', 'city_encoder.pkl']
    await t.test('files that say how they belong together', async t => {
      compare(t, file, await convert(paths('scaler.pkl', 'city_encoder.pkl', 'columns.json', file)))
    })
    await t.test('a recipe', async t => {
      const bytes = Buffer.from(`chain: [scaler.pkl, ${file}]\nencoders: { city: city_encoder.pkl }\n`)
      compare(t, file, await convert(paths(...parts, file), { recipe: { name: 'r.yaml', bytes } }))
    })
    await t.test('a recipe that the files suggest', async t => {
      const sources = (await Promise.all(paths(...parts, file).map(path => readSources(path)))).flat()
      const { text, questions } = suggestRecipe('r.yaml', sources)
      t.equal(questions, 0, text)
      compare(t, file, await convert(paths(...parts, file), { recipe: { name: 'r.yaml', bytes: Buffer.from(text) } }))
    })
  })
}

t.test('an ONNX model stands alone', async t => {
  const onnx = { name: 'model.onnx', bytes: new Uint8Array(readFixture('onnx/tree.onnx')) }
  const bytes = Buffer.from('chain: [scaler.pkl, model.onnx]\n')
  await t.rejects(convert([...paths('scaler.pkl'), onnx], { recipe: { name: 'r.yaml', bytes } }),
    { name: 'ConvertError', message: /model\.onnx: an ONNX model is converted alone/ })
})

t.test('two models and a scaler: whose it is, is asked', async t => {
  await t.rejects(convert(paths('scaler.pkl', 'classifier.json', 'lightgbm.txt')),
    { name: 'ConvertError', message: /scaler\.pkl could belong to classifier\.json or lightgbm\.txt/ })
})
