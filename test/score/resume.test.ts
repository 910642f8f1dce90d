/** Runs that are cut off, and files that are shared out: in the end, the bytes of one run. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, score, startScore, toCsv, type Finished } from '../helpers/score.js'
import { sleep } from '../helpers/service-process.js'

const cwd = mkdtempSync(join(tmpdir(), 'score-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const file = (name: string) => join(cwd, name)
const read = (name: string) => readFileSync(file(name))
const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)
const rows = Array.from({ length: 35_000 }, () => randomCells(random))
writeFileSync(file('in.csv'), toCsv([COLUMNS, ...rows]))
writeFileSync(file('few.csv'), toCsv([COLUMNS, ...rows.slice(0, 300)]))

const BASE = ['--workers', '2', '--checkpoint', '0']
const start = (args: string, env?: Record<string, string>) =>
  startScore([...(args.includes('--model') ? [] : ['--model', 'recommend']), ...BASE, ...args.split(' ')], { cwd, ...(env !== undefined && { env }) })

/** Ends a run at some moment after it has made a checkpoint; it may be done by then. */
async function cutOff(args: string, out: string, signal: NodeJS.Signals, laterMs: number): Promise<Finished> {
  const { child, finished } = start(args)
  let done = false
  void finished.then(() => { done = true })
  const before = existsSync(file(`${out}.checkpoint`)) ? readFileSync(file(`${out}.checkpoint`)) : undefined
  const isNew = () => {
    const now = existsSync(file(`${out}.checkpoint`)) ? readFileSync(file(`${out}.checkpoint`)) : undefined
    return now !== undefined && before?.equals(now) !== true
  }
  for (let i = 0; i < 4000 && !done && !isNew(); i++) await sleep(2)
  await sleep(laterMs)
  child.kill(signal)
  return await finished
}

const leftovers = () => readdirSync(cwd).filter(name => /\.(partial|checkpoint|new)$/.test(name))

t.test('killed at random moments and resumed', async t => {
  t.equal((await start('in.csv --out whole.csv').finished).status, 3)
  const [whole, rejects] = [read('whole.csv'), read('whole.csv.rejects.ndjson')]
  for (const out of ['killed.csv', 'killed.csv.gz']) {
    let kills = 0
    for (let i = 0; i < 2; i++) {
      const { signal } = await cutOff(`in.csv --out ${out} --resume`, out, 'SIGKILL', random() * 60)
      if (signal !== 'SIGKILL') continue
      kills++
      // What a power cut may leave behind the checkpoint.
      appendFileSync(file(`${out}.partial`), Buffer.alloc(10_000_000))
    }
    t.ok(kills > 0, `${kills} kills`)
    t.notOk(existsSync(file(out)), 'what is there is whole')
    const { status, stderr } = await start(`in.csv --out ${out} --resume`).finished
    t.equal(status, 3)
    t.match(stderr, /of them done before/)
    t.ok((out.endsWith('.gz') ? gunzipSync(read(out)) : read(out)).equals(whole), 'the bytes of one run')
    t.ok(read(`${out}.rejects.ndjson`).equals(rejects))
    t.strictSame(leftovers(), [])
  }
})

t.test('stopped by a signal, with a checkpoint', async t => {
  const whole = read('whole.csv')
  for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    const stopped = await cutOff('in.csv --out stopped.csv', 'stopped.csv', signal, 0)
    t.equal(stopped.status, status, stopped.stderr)
    t.match(stopped.stderr, new RegExp(`stopped by ${signal} after [\\d,]+ rows scored; go on from there with --resume\n`))
  }
  const partial = read('stopped.csv.partial')
  t.ok(partial.equals(whole.subarray(0, partial.length)))

  const refusals: Array<[string, RegExp, Record<string, string>?]> = [
    ['in.csv --prefix x_', /the prefix has changed, expected "" as at first, received "x_"/],
    ['few.csv', /the size of the input has changed/],
    ['in.csv', /the setting STRICT_INPUT has changed/, { STRICT_INPUT: 'true' }],
    ['in.csv --model churn', /the SHA-256 of the model has changed/]
  ]
  for (const [args, message, env] of refusals) {
    const { status, stderr } = await start(`${args} --out stopped.csv --resume --workers 1`, env).finished
    t.equal(status, 1, args)
    t.match(stderr, message)
    t.notMatch(stderr, /go on from there/)
  }
  const original = read('in.csv')
  const changed = Buffer.from(original)
  const place = changed.indexOf('Prepaid')
  changed.write('prepaid', place)
  writeFileSync(file('in.csv'), changed)
  const other = await start('in.csv --out stopped.csv --resume').finished
  t.equal(other.status, 1)
  t.match(other.stderr, /in\.csv has changed, expected the bytes that were scored at first: start again without --resume/)
  writeFileSync(file('in.csv'), original)

  t.equal((await start('in.csv --out stopped.csv --resume').finished).status, 3)
  t.ok(read('stopped.csv').equals(whole))

  await cutOff('in.csv --out stopped.csv', 'stopped.csv', 'SIGKILL', 0)
  truncateSync(file('stopped.csv.partial'), 10)
  const lost = await start('in.csv --out stopped.csv --resume').finished
  t.match(lost.stderr, /stopped\.csv\.partial: expected at least the \d+ bytes of the checkpoint, received 10/)
  writeFileSync(file('stopped.csv.checkpoint'), '{')
  t.match((await start('in.csv --out stopped.csv --resume').finished).stderr, /checkpoint is damaged/)
})

t.test('shards, each by a process of its own', async t => {
  const whole = read('whole.csv')
  const shards = Array.from({ length: 4 }, (_, i) => i)
  const name = (i: number) => `part-0000${i}-of-00004.csv`
  const first = await Promise.all(shards.map(i => i % 2 === 0
    ? start('in.csv --out part.csv --shards 4', { JOB_COMPLETION_INDEX: String(i) }).finished
    : cutOff(`in.csv --out part.csv --shard ${i}/4`, name(i), 'SIGKILL', random() * 30)))
  t.strictSame([first[0].status, first[2].status], [3, 3], first[0].stderr)
  // One is taken up again, one begins anew, and one that is done is done once more.
  await Promise.all([
    start('in.csv --out part.csv --shard 1/4 --resume').finished, start('in.csv --out part.csv --shard 3/4').finished,
    start('in.csv --out part.csv --shard 2/4 --resume').finished
  ])
  const together = (suffix: string) => Buffer.concat(shards.map(i => read(name(i) + suffix)))
  t.ok(together('').equals(whole), 'together they are one run')
  t.ok(together('.rejects.ndjson').equals(read('whole.csv.rejects.ndjson')), 'and so are the rejected rows')
})

t.test('more shards than rows', async t => {
  writeFileSync(file('tiny.csv'), toCsv([COLUMNS, ...rows.slice(0, 2)]))
  const outputs = await Promise.all([...Array(5).keys()].map(i => start(`tiny.csv --shard ${i}/5 --quiet --workers 1`).finished))
  const whole = await score([...BASE, '--model', 'recommend', 'tiny.csv', '--quiet', '--workers', '1'], { cwd })
  t.equal(Buffer.concat(outputs.map(({ stdout }) => stdout)).toString(), whole.stdout.toString())
})
