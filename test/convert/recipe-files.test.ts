/** Recipes beside the files of teams, and what their own code answers; and each way to contradict the files. */
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/errors/input-error.js'
import { convert } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

interface Service {
  files: string[]
  rows: Row[]
  values: number[][]
  labels: Array<string | number | null>
}

const services = readFixtureJson('recipes/expected.json') as Record<string, Service>

for (const [name, { files, rows, values, labels }] of Object.entries(services)) {
  await t.test(name, async t => {
    const converted = await convert(files.map(file => fixturePath(`recipes/${name}/${file}`)), {
      recipe: fixturePath(`recipes/${name}/recipe.yaml`)
    })
    const models = converted.map(({ dump }) => createModel(dump))
    t.strictSame(converted[0].dump.provenance.sources.map(({ file }) => file).sort(), [...files, 'recipe.yaml'].sort())
    rows.forEach((row, i) => {
      const predictions = models.map(model => model.predict(row))
      const all = predictions.flatMap(prediction => [...prediction.values])
      const wrong = firstDifference(all, values[i])
      if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${all[wrong]}`)
      if (labels[i] !== null) t.equal(models[0].outputs[0].classes?.[predictions[0].classIndexes[0]], labels[i], `row ${i}`)
    })
  })
}
