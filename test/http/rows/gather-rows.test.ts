/** Rows that are answered together: each gets its own answer, and none is sent before all are found. */
import t from 'tap'
import { MODEL_NAMES } from '../../../src/app.js'
import { readConfig } from '../../../src/config.js'
import { gatherRows, type AnswerTarget } from '../../../src/http/rows/gather-rows.js'
import { nextSlice } from '../../../src/http/shared/slices.js'
import { predictEach } from '../../../src/model/predict-rows.js'
import { loadEntries } from '../../../src/model/registry.js'
import type { Prediction, Row } from '../../../src/model/types.js'
import { build, post } from '../../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'

/** @param answer to a row, in place of a model's prediction */
function gatherFor(answer: (row: Row) => unknown): (row: Row, target: AnswerTarget) => void {
  const model = { inputs: [], usedInputs: new Set<string>(), predict: (row: Row) => answer(row) as Prediction }
  return gatherRows({ predictRows: (items, read) => predictEach(model, items, read) }, ({ prediction }) => prediction)
}

/** What happened, in order: `answer x` when a row is answered, `send x` when its answer is sent. */
function watch(): { events: string[], ask: (name: string) => void } {
  const events: string[] = []
  const gather = gatherFor(({ name }) => {
    events.push(`answer ${String(name)}`)
    if (name === 'bad') throw new RangeError('no such row')
    return `to ${String(name)}`
  })
  const ask = (name: string) => {
    gather({ name }, { send: answer => events.push(`send ${answer instanceof Error ? answer.message : String(answer)}`) })
  }
  return { events, ask }
}

t.test('all rows of a turn are answered, in order, before the first answer is sent', async t => {
  const { events, ask } = watch()
  for (const name of ['a', 'b', 'c']) ask(name)
  t.strictSame(events, [], 'others may still come')
  await nextSlice()
  t.strictSame(events, ['answer a', 'answer b', 'answer c', 'send to a', 'send to b', 'send to c'])
})

t.test('a row that cannot be answered spoils no other', async t => {
  const { events, ask } = watch()
  for (const name of ['a', 'bad', 'c']) ask(name)
  await nextSlice()
  t.strictSame(events.slice(3), ['send to a', 'send no such row', 'send to c'])
})

t.test('nor does an answer that cannot be sent', async t => {
  const events: string[] = []
  const gather = gatherFor(({ name }) => name)
  for (const name of ['a', 'unsendable', 'c']) {
    const send = (answer: unknown) => {
      if (answer === 'unsendable') throw new TypeError('cannot be sent')
      events.push(String(answer))
    }
    gather({ name }, { send })
  }
  await nextSlice()
  t.strictSame(events, ['a', 'TypeError: cannot be sent', 'c'])
})

function throwText(text: string): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a plugin in JavaScript may throw what is no Error
  throw text
}

t.test('what is thrown is never an answer, Error or not', async t => {
  const sent: unknown[] = []
  const thrower = gatherFor(() => throwText('a text'))
  thrower({}, { send: answer => sent.push(answer) })
  await nextSlice()
  t.match(sent, [{ name: 'Error', cause: 'a text' }])

  const unsendable = (answer: unknown) => {
    if (sent.push(answer) === 2) throwText('another text')
  }
  gatherFor(() => 'an answer')({}, { send: unsendable })
  await nextSlice()
  t.match(sent.slice(1), ['an answer', { name: 'Error', cause: 'another text' }])

  const app = await build(t, {}, fakeEntries({ predict: () => throwText('a text') }))
  t.equal((await post(app, '/recommend', GOOD_BODY)).statusCode, 500)
})

t.test('a row waits for none of a later turn', async t => {
  const { events, ask } = watch()
  ask('a')
  await nextSlice()
  t.strictSame(events, ['answer a', 'send to a'])
  ask('b')
  await nextSlice()
  t.strictSame(events.slice(2), ['answer b', 'send to b'])
})

t.test('no more than sixteen wait for each other', async t => {
  const { events, ask } = watch()
  const names = Array.from({ length: 40 }, (_, i) => String(i))
  for (const name of names) ask(name)
  t.equal(events.length, 64, 'two lots are answered at once')
  await nextSlice()
  t.strictSame(events.filter(event => event.startsWith('send')), names.map(name => `send to ${name}`), 'each gets its own')
})

t.test('requests at the same time have the answers that each has alone', async t => {
  const app = await build(t, {}, await loadEntries(readConfig({}, '/nonexistent/.env').modelPath, MODEL_NAMES))
  const bodies = Array.from({ length: 50 }, (_, i) => i % 7 === 3
    ? { ...GOOD_BODY, pct_video_usage: i }
    : { ...GOOD_BODY, monthly_spend: 1000 + 4000 * i, topup_freq: i % 5, complaint_count: i % 3 })
  for (const path of ['/recommend', '/predict']) {
    const alone: string[] = []
    for (const body of bodies) alone.push((await post(app, path, body)).body)
    const together = await Promise.all(bodies.map(async body => (await post(app, path, body)).body))
    t.strictSame(together, alone, path)
    t.ok(new Set(alone).size > 10, 'they differ')
  }
})
