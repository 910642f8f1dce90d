/** Threads that answer questions about models: in turn, for those who are still there, and whatever ends. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { createExplainer, type Explanation, type Factor } from '../../library/explain.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { Refusal } from '../../src/http/shared/errors.js'
import { loadEntry } from '../../src/model/registry.js'
import { startModelThread } from '../../src/start-model-thread.js'
import { ModelThreads, type ThreadSettings } from '../../src/threads/model-threads.js'
import type { ExplainQuestion } from '../../src/threads/protocol.js'
import { makeDump, makeFolder } from '../helpers/dumps.js'
import { makeForest, makeStump } from '../helpers/forests.js'

const here = () => false

const QUESTION: ExplainQuestion = {
  rows: [], output: 0, label: undefined, top: 3, language: 'en', isRisk: false, against: undefined,
  players: 'fields', interactions: false, reference: undefined
}

/** Threads that answer in a way of a test's own: `question.rows` are what it is told. */
function openFakes(t: Test, settings: Partial<ThreadSettings> = {}): ModelThreads & { started: () => number } {
  let started = 0
  const code = `const { parentPort } = require('node:worker_threads')
    parentPort.on('message', ({ question: { rows: [{ what, ms }] } }) => {
      if (what === 'throw') throw new Error('thrown for a test')
      if (what === 'exit') process.exit(3)
      if (what === 'fail') return parentPort.postMessage({ failure: { kind: 'unexpected', message: 'failed for a test' } })
      setTimeout(() => parentPort.postMessage({ answer: [what] }), ms ?? 0)
    })`
  const threads = new ModelThreads({
    start: () => {
      started++
      return new Worker(code, { eval: true })
    },
    threads: 1, maxRequests: 2, ...settings
  })
  t.teardown(async () => threads.close())
  return Object.assign(threads, { started: () => started })
}

const DUMP = { name: 'x', path: '/x.json', digest: '' }

const ask = (threads: ModelThreads, row: Record<string, unknown>, isGone = here): Promise<unknown> =>
  threads.run('explain', DUMP, { ...QUESTION, rows: [row] }, isGone)

t.test('questions are answered in their order, by a thread that the first of them starts', async t => {
  const threads = openFakes(t)
  t.equal(threads.started(), 0)
  const order: unknown[] = []
  const asked = ['a', 'b', 'c'].map(async (what, i) => order.push(await ask(threads, { what, ms: 30 - 10 * i })))
  t.equal(threads.length, 2, 'one is being answered')
  await Promise.all(asked)
  t.strictSame(order, [['a'], ['b'], ['c']])
  t.equal(threads.started(), 1)
})

t.test('several threads answer at once, and no more are started than may be', async t => {
  const threads = openFakes(t, { threads: 2 })
  const order: unknown[] = []
  const slow = ask(threads, { what: 'slow', ms: 2000 }).then(answer => order.push(answer))
  for (const what of ['a', 'b', 'c']) order.push(await ask(threads, { what }))
  await slow
  t.strictSame(order, [['a'], ['b'], ['c'], ['slow']])
  t.equal(threads.started(), 2)
})

t.test('whoever has gone is not answered for', async t => {
  const threads = openFakes(t)
  let gone = false
  const first = ask(threads, { what: 'a', ms: 20 })
  // Would end the thread.
  const others = [1, 2, 3].map(async () => ask(threads, { what: 'exit' }, () => gone))
  const last = ask(threads, { what: 'b' })
  gone = true
  t.strictSame(await first, ['a'])
  t.strictSame(await Promise.all(others), [undefined, undefined, undefined])
  t.strictSame(await last, ['b'])
  t.equal(threads.started(), 1)
})

t.test('a thread that ends takes its task with it, and no other', async t => {
  const threads = openFakes(t)
  for (const [what, cause] of [['throw', /thrown for a test/], ['exit', /status is 3/]] as const) {
    const first = ask(threads, { what })
    const second = ask(threads, { what: 'b' })
    const error = await first.then(() => undefined, (error: unknown) => error as Error)
    t.match(error, { message: /has ended/, cause: { message: cause } })
    t.strictSame(await second, ['b'])
  }
  await t.rejects(ask(threads, { what: 'fail' }), /failed for a test/)
  t.strictSame(await ask(threads, { what: 'c' }), ['c'])
  t.equal(threads.started(), 3)
})

t.test('a thread that cannot start fails the task that it was started for', async t => {
  const threads = openFakes(t, { start: () => new Worker(join(PACKAGE_ROOT, 'nothing.js')) })
  for (let i = 0; i < 3; i++) await t.rejects(ask(threads, { what: 'a' }), { cause: { message: /Cannot find module/ } })
})

t.test('a question that cannot be copied fails, and those behind it are answered', async t => {
  const threads = openFakes(t, { maxRequests: 3 })
  const nested: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000))
  const asked = [{ what: 'a' }, { what: nested }, { what: 'b' }].map(async row => ask(threads, row))
  t.match(await Promise.allSettled(asked), [
    { value: ['a'] }, { reason: { name: 'InputError', problems: [{ field: 'body', received: 'one nested too deep' }] } }, { value: ['b'] }
  ])
  t.equal(threads.started(), 1)
})

t.test('too many requests are refused', async t => {
  const threads = openFakes(t)
  const leave = [threads.enter(), threads.enter()]
  t.throws(() => threads.enter(), new Refusal({
    code: 'busy', message: 'The answers of 2 other requests are being explained, the most at once: send this one again in a second'
  }))
  leave[0]()
  threads.enter()
  t.throws(() => threads.enter(), { message: /2 other requests/ })
})

t.test('closing ends what is not answered', async t => {
  const threads = openFakes(t)
  const asked = [1, 2].map(async () => ask(threads, { what: 'a', ms: 60_000 }))
  const settled = Promise.allSettled(asked)
  await threads.close()
  t.strictSame((await settled).map(({ status }) => status), ['rejected', 'rejected'])
  await t.rejects(ask(threads, { what: 'a' }), /closed/)
})

t.test('an idle thread does not keep a program, and a busy one does', t => {
  const code = `import { ModelThreads } from ${JSON.stringify(new URL('../../src/threads/model-threads.js', import.meta.url).href)}
    import { Worker } from 'node:worker_threads'
    const start = () => new Worker("require('node:worker_threads').parentPort.on('message', () => setTimeout(() => " +
      "require('node:worker_threads').parentPort.postMessage({ answer: 'a' }), 200))", { eval: true, execArgv: [] })
    const threads = new ModelThreads({ start, threads: 1, maxRequests: 1 })
    console.log(await threads.run('explain', {}, {}, () => false))`
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', timeout: 60_000 })
  t.strictSame([stdout, stderr, status, signal], ['a\n', '', 0, null])
  t.end()
})

/** One whose file says how many training rows reached its nodes. */
const makeExplained = (changes: Partial<Dump> = {}): Dump => makeDump({
  model: makeForest([makeStump({ missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 6, 4] })]), ...changes
})

/** The service's own threads, and a folder's model. */
async function openReal(t: Test, file: string) {
  const threads = new ModelThreads({ start: startModelThread, threads: 1, maxRequests: 1 })
  t.teardown(async () => threads.close())
  const entry = await loadEntry(file, 'model')
  if (entry.model === undefined) throw new Error(entry.reason)
  return { threads, entry, explain: async (question: Partial<ExplainQuestion>) =>
    threads.run('explain', entry, { ...QUESTION, ...question }, here) }
}

t.test('where priorities may not be changed, answers come all the same', async t => {
  const forbid = `import os from 'node:os'
    import { syncBuiltinESMExports } from 'node:module'
    os.setPriority = () => { throw new Error('forbidden for a test') }
    syncBuiltinESMExports()`
  const start = () => new Worker(new URL('../../src/model-thread.js', import.meta.url), {
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(forbid)}`]
  })
  const threads = new ModelThreads({ start, threads: 1, maxRequests: 1 })
  t.teardown(async () => threads.close())
  const entry = await loadEntry(join(PACKAGE_ROOT, 'model-json', 'churn.json'), 'churn')
  if (entry.model === undefined) throw new Error(entry.reason)
  t.strictSame(await threads.run('explain', entry, QUESTION, here), [])
})

type ToldExplanation = Omit<Explanation, 'factors'> & { factors: Array<Factor & { defaulted?: true }> }

t.test("a thread's explanations are the library's", async t => {
  const file = join(PACKAGE_ROOT, 'model-json', 'churn.json')
  const dump = JSON.parse(readFileSync(file, 'utf8')) as Dump
  const rows = dump.golden.map(({ input }) => input).filter(row => Object.keys(row).length > 0).slice(0, 20)
  const { explain } = await openReal(t, file)
  const explainer = createExplainer(dump)
  const answers = await explain({ rows, label: 1, top: 4 }) ?? []
  t.equal(answers.length, rows.length)
  rows.forEach((row, i) => {
    // Sums by field are for programs, and fallbacks are said of each factor.
    const { fields: sums, defaulted, ...expected } = explainer.explain(row, { label: 1, top: 4 })
    t.ok(sums)
    const answer = answers[i]
    const { factors, ...rest } = JSON.parse('json' in answer ? answer.json : '{}') as ToldExplanation
    const found = factors.map(({ fields, values, contribution }) => ({ fields, values, contribution }))
    t.strictSame({ ...rest, factors: found }, expected)
    for (const { fields, defaulted: told } of factors) {
      t.equal(told === true, fields.some(field => defaulted?.includes(field)), `row ${i}: ${fields.join(', ')}`)
    }
  })
})

t.test('the bits of numbers survive the way', async t => {
  const folder = makeFolder(t, { 'model.json': makeExplained() })
  const { explain } = await openReal(t, join(folder, 'model.json'))
  const [answer] = await explain({ rows: [{ f0: 5e-324, f1: 1 }] }) ?? []
  t.ok('json' in answer && answer.json.includes('5e-324'))
})

t.test('a dump that is not what the service has loaded is not answered for', async t => {
  const folder = makeFolder(t, { 'model.json': makeExplained(), 'other.json': makeExplained({ description: 'another' }) })
  const file = join(folder, 'model.json')
  const { explain } = await openReal(t, file)
  const own = readFileSync(file)
  for (const [content, reason] of [
    [readFileSync(join(folder, 'other.json')), /another one than the service has loaded/], ['{', /damaged/], ['', /damaged/]
  ] as const) {
    writeFileSync(file, content)
    await t.rejects(explain({ rows: [{ f0: 1, f1: 1 }] }), { message: reason })
  }
  writeFileSync(file, own)
  t.match(await explain({ rows: [{ f0: 1, f1: 1 }] }), [{ json: /"factors"/ }], 'as soon as it is right again')
  writeFileSync(file, '{')
  t.match(await explain({ rows: [{ f0: 1, f1: 1 }] }), [{ json: /"factors"/ }], 'what was read is kept')
})

t.test('a replaced model has the explanations of its own dump', async t => {
  const folder = makeFolder(t, { 'model.json': makeExplained(), 'other.json': makeExplained({ inputs: [
    { name: 'f0', type: 'number', unit: 'GB' }, { name: 'f1', type: 'number', fallback: { missing: 'NaN' } }
  ] }) })
  const file = join(folder, 'model.json')
  const { threads, entry } = await openReal(t, file)
  const phrases = async (dump: { digest: string }) => {
    const question = { ...QUESTION, rows: [{ f0: 0.75, f1: 1 }] }
    const [answer] = await threads.run('explain', { ...entry, ...dump }, question, here) ?? []
    return 'json' in answer ? (JSON.parse(answer.json) as { factors: Array<{ phrase: string }> }).factors.map(({ phrase }) => phrase) : []
  }
  t.strictSame(await phrases(entry), ['f0 is 0.75: raises the probability of high'])
  writeFileSync(file, readFileSync(join(folder, 'other.json')))
  const replaced = await loadEntry(file, 'model')
  if (replaced.model === undefined) throw new Error(replaced.reason)
  t.strictSame(await phrases(replaced), ['f0 is 0.75 (GB): raises the probability of high'])
  await t.rejects(phrases(entry), { message: /another one/ })
})

t.test('what cannot be explained', async t => {
  const folder = makeFolder(t, { 'model.json': makeDump() })
  const { explain } = await openReal(t, join(folder, 'model.json'))
  for (const rows of [[], [{ f0: 1, f1: 1 }]]) await t.rejects(explain({ rows }), { message: /training rows/ })
  const { explain: other } = await openReal(t, join(makeFolder(t, { 'model.json': makeExplained() }), 'model.json'))
  t.strictSame(await other({ rows: [] }), [])
  t.match(await other({ rows: [{ f0: 'x', f1: 1 }, { f0: 1, f1: 1 }] }), [{ failure: { kind: 'input', problems: [{ field: 'f0' }] } }, { json: /./ }])
  t.match(await other({ rows: [{ f0: 1, f1: 1 }], label: 'x' }), [{ failure: { kind: 'input', problems: [{ field: 'label' }] } }])
})
