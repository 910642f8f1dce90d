/** Integers that a JSON number does not hold are text, and whoever reads the summary or the document is told. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { isLargeInteger } from '../../src/model/large-integer.js'
import type { Label } from '../../src/dump/dump.js'
import { convert } from '../../tools/convert/convert.js'
import { build, post, type Answer } from '../helpers/app.js'
import { entryOf } from '../helpers/open-inference.js'
import { STUMP, STUMP_VALUES, array, dtype, file, forest, tree } from '../helpers/pickle-writer.js'

const CLI = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')
const NOTE = 'Integers beyond 2^53 are text'

const fileWith = (labels: bigint[]) => file(forest([tree(STUMP, STUMP_VALUES)], {
  classes_: array([2], dtype('i8'), new Uint8Array(BigInt64Array.from(labels).buffer))
}))
const LARGE = fileWith([-1n, 2n ** 53n + 1n])
const SAFE = fileWith([-1n, 2n ** 53n - 1n])

t.test('what counts as one', async t => {
  for (const label of ['9007199254740993', '-9007199254740993', '1152921504606846977']) t.ok(isLargeInteger(label), label)
  const others: Label[] = ['9007199254740991', '-9007199254740991', '12', 'a9007199254740993', '9007199254740993.5', 2 ** 60, true]
  for (const label of others) t.notOk(isLargeInteger(label), `${label}`)
})

t.test('answers and their schema', async t => {
  for (const [content, label, isNoted] of [[LARGE, '9007199254740993', true], [SAFE, 2 ** 53 - 1, false]] as const) {
    const [{ dump }] = await convert([{ name: 'made.pkl', bytes: content }], { name: 'made' })
    t.strictSame(dump.outputs, [{ classes: [-1, label] }])
    const app = await build(t, {}, [entryOf('made', dump)])
    t.equal((await post(app, '/models/made/predict', { x0: 1, x1: 0 })).json<Answer>().prediction, label)
    t.equal((await app.inject('/openapi.json')).body.includes(NOTE), isNoted)
  }
})

t.test('the summary of a conversion', async t => {
  const folder = t.testdir()
  const path = join(folder, 'made.pkl')
  for (const [content, note] of [[LARGE, ' (integers beyond 2^53 are answered as text)'], [SAFE, '']] as const) {
    await writeFile(path, content)
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'convert', '--out', folder, path])
    const [, rest] = /classes +2: -1, 900719925474099[13](.*)/.exec(stdout) ?? []
    t.equal(rest, note)
  }
})
