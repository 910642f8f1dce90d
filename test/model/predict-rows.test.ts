/** Rows that are predicted together have the results that each has alone, whatever the model is made of. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { compileForest } from '../../src/evaluator/compile.js'
import { LANES } from '../../src/evaluator/compiled-forest.js'
import { evaluateForest } from '../../src/evaluator/evaluate-forest.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { predictEach } from '../../src/model/predict-rows.js'
import { InputError, type Model, type Row, type RowResult } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { fixturePath } from '../helpers/fixtures.js'
import { makeRandom, pickSeed, randomInteger, type Random } from '../helpers/forests.js'

const FOLDER = fixturePath('estimators/1.9')
const files = readdirSync(FOLDER).filter(name => name.endsWith('.pkl')).map(name => join(FOLDER, name))
files.push(fixturePath('hist-gradient-boosting/categories-1.6.joblib'))

/** The model of a dump, whose forests take themselves for larger than the caches. */
function createLarge(dump: Dump): Model {
  const nodes = new Uint8Array(2 ** 21)
  const enlarged = { nodes, treesAtOnce: LANES, rowsAtOnce: 2 }
  return createModel(dump, forest => evaluateForest({ ...compileForest(forest), ...enlarged }))
}

/** Fields of the golden rows, and what spoils a row now and then. */
function makeRow(random: Random, { golden, inputs }: Dump): Row | undefined {
  const row: Row = {}
  const kind = randomInteger(random, 0, 20)
  if (kind < 2) return kind === 0 ? undefined : row
  for (const { name } of inputs) {
    const value = golden[randomInteger(random, 0, golden.length - 1)].input[name]
    const spoilt = randomInteger(random, 0, 60)
    if (spoilt === 0) continue
    row[name] = spoilt === 1 ? null : spoilt > 3 ? value : typeof value === 'number' ? 1e300 : 'no such category'
  }
  return row
}

/** All that can be told of a result, with every bit. */
function show(result: RowResult<number>): unknown {
  if (result.prediction === undefined) {
    const { error } = result
    return { item: result.item, error: error instanceof InputError ? error.problems : String(error) }
  }
  const { values, classIndexes, defaulted } = result.prediction
  const bits = Buffer.from(new Uint8Array(values.slice().buffer)).toString('hex')
  return { item: result.item, bits, classes: [...classIndexes], defaulted, unrelated: result.unrelated }
}

t.test('every kind of estimator', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const out = t.testdir()
  for (const file of files) {
    const [{ path }] = await convertFiles([file], { out })
    const dump = parseDump(readFileSync(path, 'utf8'))
    const rows = Array.from({ length: 120 }, () => makeRow(random, dump))
    const read = (index: number): Row => {
      if (rows[index] === undefined) throw new InputError([{ field: 'body', expected: 'a row', received: `${index}` }])
      return rows[index]
    }
    const items = [...rows.keys()].flatMap(i => i % 10 === 0 ? [undefined, i] : [i])
    const plain = createModel(dump)
    const large = createLarge(dump)
    let next = 0
    const alone: unknown[] = []
    // Shown at once: the next row overwrites the values.
    for (const result of predictEach(plain, items, read)) if (result !== undefined) alone.push(show(result))
    let pauses = 0
    for (const result of large.predictRows(items, read)) {
      if (result === undefined) {
        pauses++
        // Others use the model meanwhile.
        if (pauses % 5 === 0) large.predict(dump.golden[0].input)
        continue
      }
      t.strictSame(show(result), alone[next++], `${dump.name}, row ${result.item}`)
    }
    t.equal(next, rows.length)
    if (dump.model.kind === 'forest') t.ok(pauses > rows.length, `${dump.name}: in blocks`)
  }
})

t.test('two blocks of a model at once', async t => {
  const [{ path }] = await convertFiles([files[0]], { out: t.testdir() })
  const dump = parseDump(readFileSync(path, 'utf8'))
  const large = createLarge(dump)
  const inputs = dump.golden.map(({ input }) => input)
  const [first, second] = [inputs, inputs.toReversed()]
    .map(rows => large.predictRows(rows, row => row)[Symbol.iterator]())
  const found = [0, 0]
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const [i, results] of [first, second].entries()) {
      const step = results.next()
      if (step.done !== true) isDone = false
      const result = step.value as RowResult<Row> | undefined
      if (result?.prediction === undefined) continue
      const { values } = dump.golden[i === 0 ? found[0] : dump.golden.length - 1 - found[1]]
      found[i]++
      t.ok(values.every((expected, c) => Object.is(expected, result.prediction?.values[c])))
    }
  }
  t.same(found, [inputs.length, inputs.length])
})

t.test('what the items end with is thrown after the results of those before', async t => {
  const [{ path }] = await convertFiles([files[0]], { out: t.testdir() })
  const dump = parseDump(readFileSync(path, 'utf8'))
  function* items(): Generator<Row> {
    yield dump.golden[0].input
    throw new RangeError('no more')
  }
  let results = 0
  t.throws(() => {
    for (const result of createLarge(dump).predictRows(items(), row => row)) if (result !== undefined) results++
  }, RangeError)
  t.equal(results, 1)
})
