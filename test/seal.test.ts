/** `recall-ml seal`: an edit that is meant. */
import { spawnSync } from 'node:child_process'
import { lstatSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Dump } from '../src/dump/dump.js'
import { sealDump } from '../src/model/digest.js'
import { parseDump } from '../src/model/parse-dump.js'
import { runVerify } from '../tools/verify.js'
import { makeDump, withoutDigest } from './helpers/dumps.js'

const CLI = join(import.meta.dirname, '..', 'tools', 'cli.js')
const seal = (path: string, ...options: string[]) =>
  spawnSync(process.execPath, [CLI, 'seal', path, ...options], { encoding: 'utf8' })

const read = (path: string) => parseDump(readFileSync(path, 'utf8'))

/** A file with a sealed dump that was then edited. */
function write(t: Test, edit: (dump: Dump) => void, dump = sealDump(makeDump())): string {
  const path = join(t.testdir(), 'm.json')
  edit(dump)
  writeFileSync(path, JSON.stringify(dump))
  return path
}

const moveThreshold = (dump: Dump) => {
  if (dump.model.kind === 'forest') dump.model.trees[0].threshold[0] = 0.9
}

t.test('an edit that leaves the answers alone', async t => {
  const path = write(t, dump => { dump.description = 'better' })
  t.throws(() => read(path))
  t.equal(await runVerify(path, {}), 1)
  const { status, stdout } = seal(path)
  t.equal(status, 0)
  t.equal(stdout, 'm.json: sealed, 1 golden row still the same bits (computed by test)\n')
  t.equal(read(path).description, 'better')
  t.equal(await runVerify(path, {}), 0)
  t.equal(seal(path).stdout, 'm.json: sealed already\n')
  t.strictSame(readdirSync(join(path, '..')), ['m.json'], 'nothing else is left')
})

t.test("an edit that changes what scikit-learn's golden rows say needs an option", async t => {
  const path = write(t, moveThreshold)
  const before = readFileSync(path, 'utf8')
  const { status, stderr } = seal(path)
  t.equal(status, 1)
  t.match(stderr, /golden\[0\].*computed by test.*undo it or.*--new-golden.*\nNothing was written\./s)
  t.equal(readFileSync(path, 'utf8'), before)
  t.match(seal(path, '--new-golden').stdout, /m\.json: sealed, \d+ golden rows computed anew since the edit/)
  t.match(read(path).provenance.golden, /reference evaluator$/)
})

t.test("the converter's own golden rows are computed anew", async t => {
  const path = write(t, dump => {
    dump.provenance.golden = 'recall-ml 0.1.0, reference evaluator'
    moveThreshold(dump)
  })
  t.match(seal(path).stdout, /computed anew since the edit has changed what the model answers/)
  t.ok(read(path))
})

t.test('an older dump gets a digest, and a link stays one', async t => {
  const path = write(t, () => undefined, withoutDigest(makeDump()))
  symlinkSync('m.json', join(path, '..', 'link.json'))
  t.equal(seal(join(path, '..', 'link.json')).status, 0)
  t.ok(lstatSync(join(path, '..', 'link.json')).isSymbolicLink())
  t.type(read(path).digest, 'string')
})

t.test('what cannot be sealed stays as it was, with a message', async t => {
  const damaged = write(t, dump => { dump.inputs.push(dump.inputs[0]) })
  for (const [path, message] of [
    [damaged, /^recall-ml seal: m\.json: inputs\[2\]\.name/], [join(damaged, '..'), /cannot be read \(EISDIR\)/],
    [join(damaged, 'x'), /cannot be read/]
  ] as const) {
    const { status, stderr } = seal(path)
    t.equal(status, 1)
    t.match(stderr, message)
    t.match(stderr, /Nothing was written\.\n$/)
    t.notMatch(stderr, /\n {4}at /)
  }
})
