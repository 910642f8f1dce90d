/** The job of score-job: its command, done by processes on this machine, some of which are killed on the way. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { readManifests } from '../helpers/manifests.js'
import { COLUMNS, randomCells, score, SHIPPED, toCsv } from '../helpers/score.js'
import { sleep } from '../helpers/service-process.js'

const folder = mkdtempSync(join(tmpdir(), 'score-job-'))
t.teardown(() => rmSync(folder, { recursive: true }))
t.setTimeout(300_000)
const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)

const [{ spec: { completions = 0, template } }] = readManifests('kubernetes/score-job/job.yaml')
const [{ command = [], args = [], env = [], volumeMounts = [] }] = template?.spec.containers ?? []

/** A word of the command, with a folder of this machine in place of the volume. */
function place(word: string): string {
  if (!word.startsWith('/')) return word
  const mount = volumeMounts.find(({ mountPath }) => `${word}/`.startsWith(`${mountPath}/`))
  if (mount === undefined) throw new Error(`${word} is on no volume, and all else is read-only`)
  return join(folder, mount.name, word.slice(mount.mountPath.length))
}

for (const { name } of volumeMounts) mkdirSync(join(folder, name))
const [program, ...words] = [...command, ...args].map(place)
const valueOf = (option: string) => words[words.indexOf(option) + 1]
const settings = Object.fromEntries(env.map(({ name, value }) => [name, place(value)]))
const out = valueOf('--out')
const input = words.at(-1) ?? ''
const shardOf = (index: number, suffix = '') =>
  out.replace(/\.csv$/, `-${String(index).padStart(5, '0')}-of-${String(completions).padStart(5, '0')}.csv${suffix}`)

interface Pod {
  readonly kill: (signal: NodeJS.Signals) => void
  /** Exit status or signal. */
  readonly ended: Promise<number | string>
}

/** A pod: what the manifest has, and what Kubernetes adds for an Indexed Job. */
function startPod(index: number | undefined): Pod {
  const child = spawn(program === 'node' ? process.execPath : program, words, {
    // Laid out as the image's working directory.
    cwd: PACKAGE_ROOT,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ...settings, ...(index !== undefined && { JOB_COMPLETION_INDEX: String(index) }) }
  })
  const ended = once(child, 'exit').then(([status, signal]) => (status ?? signal) as number | string)
  return { kill: signal => child.kill(signal), ended }
}

/** Ends a pod as soon as it writes; it may be done by then. */
async function cutOff(index: number, signal: NodeJS.Signals): Promise<number | string> {
  const pod = startPod(index)
  let done = false
  void pod.ended.then(() => { done = true })
  for (let i = 0; i < 20_000 && !done && !existsSync(shardOf(index, '.partial')); i++) await sleep(1)
  pod.kill(signal)
  return await pod.ended
}

t.test('the model is that of the volume, not that of the image', async t => {
  t.equal(settings.MODEL_PATH, join(folder, 'models'))
  writeFileSync(input, toCsv([COLUMNS]))
  t.equal(await startPod(0).ended, 1, 'without one, nothing is scored')
  copyFileSync(join(SHIPPED, 'churn.json'), join(settings.MODEL_PATH, 'churn.json'))
  t.equal(await startPod(0).ended, 0)
  rmSync(shardOf(0))
  writeFileSync(input, toCsv([COLUMNS.filter(name => name !== 'travel_score')]))
  t.equal(await startPod(0).ended, 1, 'a column is missing')
})

t.test('the shares of all pods are the output of one run', async t => {
  t.ok(completions > 1)
  // Some shares have no row that is rejected.
  const good = (cells: readonly string[]) => cells.slice(0, 8).every(cell => /^[\d.]*$/.test(cell))
  const rows = Array.from({ length: 60_000 }, () => randomCells(random)).filter((cells, i) => i < 20_000 || good(cells))
  writeFileSync(input, toCsv([COLUMNS, ...rows]))
  const whole = await score(['--model', valueOf('--model'), '--out', 'whole.csv', input], { cwd: join(folder, 'data') })
  t.equal(whole.status, 3, whole.stderr)

  const all = [...Array(completions).keys()]
  const first = await Promise.all(all.map(async index => {
    if (index % 3 === 0) return cutOff(index, 'SIGKILL')
    return index % 3 === 1 ? cutOff(index, 'SIGTERM') : startPod(index).ended
  }))
  const killed = all.filter(index => !existsSync(shardOf(index)))
  t.comment(`ended with ${first.join(', ')}`)
  t.ok(killed.length > 0, `${killed.length} pods were stopped before they were done`)
  for (const index of killed) t.ok(first[index] === 'SIGKILL' || first[index] === 143, String(first[index]))

  const again = await Promise.all(killed.map(async index => startPod(index).ended))
  const statuses = all.map(index => killed.includes(index) ? again[killed.indexOf(index)] : first[index])
  const isRejected = (index: number) => existsSync(shardOf(index, '.rejects.ndjson'))
  t.strictSame(statuses, all.map(index => isRejected(index) ? 3 : 0), 'each says whether it has rejected rows')
  t.strictSame([...new Set(statuses)].sort(), [0, 3], 'of both kinds')

  const read = (pattern: RegExp) => Buffer.concat(readdirSync(join(folder, 'data')).filter(name => pattern.test(name)).sort()
    .map(name => readFileSync(join(folder, 'data', name))))
  t.ok(read(/^scored-.*-of-00010\.csv$/).equals(readFileSync(join(folder, 'data', 'whole.csv'))), 'put together by name')
  t.ok(read(/^scored-.*\.rejects\.ndjson$/).equals(readFileSync(join(folder, 'data', 'whole.csv.rejects.ndjson'))))
})

t.test('pods that are done do no harm when they are done again', async t => {
  const before = readFileSync(shardOf(1))
  await startPod(1).ended
  t.ok(readFileSync(shardOf(1)).equals(before))
  t.equal(await startPod(undefined).ended, 2, 'outside a job it is wrong usage, for which the job gives up')
})
