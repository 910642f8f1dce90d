/** The check of a dump's shape takes what TypeBox takes. MUTATIONS is how many dumps are tried. */
import { join } from 'node:path'
import { Check } from '@sinclair/typebox/value'
import t from 'tap'
import { DumpSchema } from '../../src/dump/dump.js'
import { findFault, findUnknownKeyword } from '../../src/dump/find-fault.js'
import { COMMON_SHAPE } from '../../src/dump/common-shape.js'
import { fitsShape } from '../../src/dump/fits-shape.js'
import { DUMP_SHAPE } from '../../src/dump/shape.js'
import { withoutNodes } from '../../src/model/outline.js'
import { FIXTURES, readCorpus, readDumps, writeDumps } from '../../tools/fuzz/corpus.js'
import { mutateJson, type Json, type JsonObject } from '../../tools/fuzz/shared/mutate-json.js'
import { randomOf } from '../../tools/fuzz/shared/random.js'
import { writeSchemas } from '../../tools/schema.js'
import { readVariable } from '../helpers/environment.js'
import { pickSeed } from '../helpers/forests.js'

t.test('the shape is that of the schema, and the check knows all of it', async t => {
  t.equal(await writeSchemas({ check: true }), 0)
  for (const shape of [DUMP_SHAPE, COMMON_SHAPE]) t.equal(findUnknownKeyword(shape), undefined)
  t.equal(findUnknownKeyword({ anyOf: [{ type: 'array', items: { format: 'x' } as object }] }), 'format')
})

t.test('mutated dumps are refused where TypeBox refuses them, with a place', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const folder = t.testdir()
  const folders = ['boosters', 'estimators', 'transformers', 'wrappers'].map(name => join(FIXTURES, name))
  await writeDumps(await readCorpus(folders), folder)
  const outlines = (await readDumps(folder)).map(text => {
    const dump = JSON.parse(text) as JsonObject
    return { ...dump, model: withoutNodes(dump.model) as Json }
  })
  let refused = 0
  let common = 0
  const count = Number(readVariable('MUTATIONS') ?? 3000)
  for (let i = 0; i < count; i++) {
    const random = randomOf(seed, 'shapes', i)
    const outline = structuredClone(outlines[i % outlines.length])
    mutateJson(outline, random)
    const fault = findFault(DUMP_SHAPE, outline)
    if (fault !== undefined) refused++
    if (fitsShape(COMMON_SHAPE, outline)) {
      common++
      if (fault !== undefined) t.fail(`mutation ${i} has the common shape: ${JSON.stringify(fault)}`)
    }
    if ((fault === undefined) !== Check(DumpSchema, outline)) {
      t.fail(`mutation ${i}: ${JSON.stringify(fault)}`, { outline: JSON.stringify(outline).slice(0, 2000) })
    }
  }
  t.ok(common > count / 20, `${common} have the common shape`)
  t.ok(refused > count / 10 && refused < count, `${refused} of ${count} refused`)
})
