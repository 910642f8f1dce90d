/** Every recipe of the guide is run, and gives what the recipe beside the fixture gives; so is every expression. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { compileExpression } from '../../src/pipeline/expression.js'
import { OPERATIONS } from '../../src/pipeline/operations.js'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/errors/input-error.js'
import { convert } from '../../tools/convert/convert.js'
import { parseExpression } from '../../tools/convert/recipe-syntax/parse-expression.js'
import { resolveExpression } from '../../tools/convert/recipe-syntax/resolve-expression.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

const guide = readFileSync(join(PACKAGE_ROOT, 'docs', 'recipes.md'), 'utf8')
const services = readFixtureJson('recipes/expected.json') as Record<string, { files: string[], rows: Row[], values: number[][] }>

const recipes = [...guide.matchAll(/<!-- ([\w-]+) -->\n```yaml\n([^`]*)```/g)].map(([, name, text]) => ({ name, text }))
const blocks = [...guide.matchAll(/```yaml\n([^`]*)```/g)].map(([, text]) => text)
const [{ text: flask }] = recipes

t.test('whole recipes', async t => {
  t.ok(recipes.length >= 8, 'there are recipes')
  for (const { name, text } of recipes) {
    const { files, rows, values } = services[name]
    const converted = await convert(files.map(file => fixturePath(`recipes/${name}/${file}`)), {
      recipe: { name: 'recipe.yaml', bytes: Buffer.from(text) }
    })
    const models = converted.map(({ dump }) => createModel(dump))
    rows.forEach((row, i) => {
      const wrong = firstDifference(models.flatMap(model => [...model.predict(row).values]), values[i])
      if (wrong >= 0) t.fail(`${name}, row ${i}, value ${wrong}`)
    })
    t.pass(name)
  }
})

t.test('the parts that are explained are parts of the whole', async t => {
  const parts = blocks.filter(block => recipes.every(({ text }) => text !== block))
  t.equal(parts.length, 6)
  for (const part of parts) t.ok(flask.includes(part), part)
})

t.test('expressions have the values that the guide says', async t => {
  const [, lines] = /```text\n([^]*?)```/.exec(guide) ?? []
  const columns = ['age', 'monthly_spend', 'calls', 'plan']
  const row = Float64Array.of(42, 65000, 3, 1)
  const rows = lines.trim().split('\n')
  t.ok(rows.length > 10)
  for (const line of rows) {
    const [, source, value] = /^(.*?) {2,}(\S+)$/.exec(line) ?? []
    const expression = resolveExpression(parseExpression(source), {
      names: columns,
      number: name => columns.includes(name) && name !== 'plan' ? name : undefined,
      text: (name, text) => name === 'plan' ? { column: name, code: ['Basic', 'Prepaid', 'Family'].indexOf(text) } : undefined
    })
    const computed = compileExpression(expression, name => columns.indexOf(name), OPERATIONS)(row)
    t.ok(Object.is(computed, Number(value)), `${source} is ${computed}`)
  }
})

t.test('every key of the schema is in the guide', async t => {
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', 'recipe.schema.json'), 'utf8')) as object
  const keys = new Set<string>()
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'properties') for (const name of Object.keys(value as object)) keys.add(name)
    return value
  })
  for (const key of keys) if (key !== '$schema') t.ok(new RegExp(`\\b${key}\\b`).test(guide), key)
})
