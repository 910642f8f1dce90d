/**
 * Any edit of a dump is noticed, and what is no edit is not. EDITS is how many numbers of a tree are changed, one at a
 * time; 100 when it is not set.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { DUMP_FORMAT_VERSION, type Dump } from '../../src/dump/dump.js'
import { computeDigest, sealDump } from '../../src/model/digest.js'
import { checkDump, parseDump } from '../../src/model/parse-dump.js'
import { readVariable } from '../helpers/environment.js'
import { makeDump, makeTwoOutputDump, withoutDigest } from '../helpers/dumps.js'
import { makeForest, makeRandom, makeStump, pickSeed, randomInteger } from '../helpers/forests.js'

const parse = (dump: unknown) => parseDump(JSON.stringify(dump))
const EDITED = /^digest: not that of the content: the dump was changed after it was written.*seal/

t.test('white space, the order of keys and the spelling of numbers do not matter', async t => {
  const dump = sealDump(makeDump({ description: '\u20ac' }))
  const reversed = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(reversed)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, reversed(value)]).reverse())
  }
  t.ok(parse(reversed(dump)))
  t.ok(parseDump(JSON.stringify(dump, null, 7)))
  t.ok(parseDump(JSON.stringify(dump).replaceAll('0.5', '5.0e-1').replaceAll('\u20ac', '\\u20ac')))
})

t.test('one number of a tree that changes is noticed, and so is its -0', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  const text = readFileSync(join(PACKAGE_ROOT, 'model-json', 'churn.json'), 'utf8')
  const dump = JSON.parse(text) as Dump
  if (dump.model.kind !== 'forest') throw new Error('expected a forest')
  const digest = computeDigest(dump)
  t.equal(digest, dump.digest)
  for (let i = 0; i < Number(readVariable('EDITS') ?? 100); i++) {
    const tree = dump.model.trees[randomInteger(random, 0, dump.model.trees.length - 1)]
    const lists = Object.values(tree).filter(list => Array.isArray(list)) as unknown[][]
    const list = lists[randomInteger(random, 0, lists.length - 1)]
    const at = randomInteger(random, 0, list.length - 1)
    const before = list[at]
    list[at] = before === 0 ? -0 : typeof before === 'number' ? before + 2 ** -20 : [...before as number[], 1]
    const edited = `${JSON.stringify(before)} and ${JSON.stringify(list[at])}`
    if (computeDigest(dump) === digest) t.fail(`${edited} have the same digest`)
    t.throws(() => checkDump(structuredClone(dump)), DumpError, edited)
    list[at] = before
  }
  t.equal(computeDigest(dump), digest)
})

t.test('every other edit is noticed as well', async t => {
  const edits: Array<(dump: Dump) => unknown> = [
    dump => { dump.name = 'other' },
    dump => { dump.description = '' },
    dump => { dump.provenance.golden = 'tesu' },
    dump => { dump.outputs[0].classes?.reverse() },
    dump => { dump.outputs[0].classes = ['lo', 'whigh'] },
    dump => { dump.golden.push(dump.golden[0]) },
    dump => { dump.steps.push({ op: 'clip', columns: ['f0'], minimum: 0, maximum: 1 }) },
    dump => { dump.inputs.reverse() },
    dump => { dump.digest = '0'.repeat(64) }
  ]
  for (const edit of edits) {
    const dump = sealDump(makeDump())
    edit(dump)
    t.throws(() => parse(dump), { message: EDITED }, edit.toString())
  }
})

t.test('what is different is told apart', async t => {
  const contents: unknown[] = [
    null, true, false, 0, -0, 1, '', 'a', 'ab', [], [0], [0, 0], [[0], 0], [[], 0], [[0, 0]], ['a', 'b'], ['ab', ''], {}, { a: 0 },
    { a: '' }, { b: 0 }, { a: 0, b: 0 }, [{ a: 0 }, { b: 0 }], 'Infinity', '-Infinity', ['Infinity'], { feature: [0, 'Infinity'] },
    { feature: [0, '-Infinity'] }, { feature: [0, 0] }, { feature: [0, -0] }, { feature: [-0, 0] }, '\ud800', '\udbff'
  ]
  const digests = contents.map(content => computeDigest({ content }))
  digests.forEach((digest, i) => {
    const same = digests.indexOf(digest)
    if (same < i) t.fail(`${JSON.stringify(contents[i])} has the digest of ${JSON.stringify(contents[same])}`)
  })
  t.equal(computeDigest({ feature: [1, 2] }), computeDigest({ feature: [1, 2], other: undefined }), 'keys without a value')
})

t.test('long arrays, whose pieces are hashed one by one', async t => {
  for (const length of [8_180, 8_192, 20_000]) {
    const numbers = Array.from({ length }, (_, i) => i / 7)
    for (const list of [numbers, [...numbers, 'Infinity', ...numbers]]) {
      const digest = computeDigest({ threshold: list })
      for (let at = 0; at < list.length; at += 1_021) {
        if (computeDigest({ threshold: list.with(at, -1) }) === digest) t.fail(`${at} of ${list.length} does not count`)
      }
      t.equal(computeDigest({ threshold: [...list] }), digest)
    }
  }
})

t.test('infinite thresholds', async t => {
  const model = makeForest([makeStump({ threshold: ['Infinity', -2, -2] })])
  const golden = [{ input: { f0: 0, f1: 0 }, values: [1, 0] }]
  const dump = sealDump(makeDump({ model, golden }))
  t.ok(parse(dump))
  const text = JSON.stringify(dump)
  t.throws(() => parseDump(text.replace('"Infinity"', '"-Infinity"')), { message: EDITED })
  t.ok(parseDump(text.replace('"Infinity"', '1e999')), 'the same threshold')
})

t.test('required from format 3 on', async t => {
  for (const dump of [makeDump(), makeTwoOutputDump()]) {
    t.throws(() => parse(dump), { message: new RegExp(`^digest: missing, which dumps of format ${DUMP_FORMAT_VERSION} have`) })
    t.ok(parse(withoutDigest(dump)))
    t.throws(() => parse({ ...dump, digest: 'none' }), { message: /^digest: expected/ })
  }
})
