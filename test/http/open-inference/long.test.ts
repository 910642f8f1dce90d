/** Inferences that take long: their connections, their slices, what is counted of them. */
import { request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import type { ModelEntry } from '../../../src/model/types.js'
import { build, LogCapture } from '../../helpers/app.js'
import { fakeEntry } from '../../helpers/fake-model.js'
import { column, infer, type InferAnswer } from '../../helpers/open-inference.js'

/** A model whose rows take so many milliseconds each, and how many it has answered. */
function slowEntry(ms: number): { entry: ModelEntry, seen: { rows: number } } {
  const seen = { rows: 0 }
  const answer = { values: Float64Array.of(1, 0), classIndexes: Int32Array.of(0), defaulted: undefined }
  const entry = fakeEntry('slow', {
    inputs: [{ name: 'a', type: 'number' }],
    predict: () => {
      seen.rows++
      for (const end = performance.now() + ms; performance.now() < end;);
      return answer
    }
  })
  return { entry, seen }
}

const rowsOf = (length: number) => ({ inputs: [column('a', 'FP64', Array.from({ length }, () => 1))] })

/** Asks over a connection. @returns the answer, and what makes the caller go away */
function begin(app: FastifyInstance, body: object): { answer: Promise<string>, leave: () => void } {
  const { port } = app.server.address() as AddressInfo
  const request = ask({
    host: '127.0.0.1', port, method: 'POST', path: '/v2/models/slow/infer', headers: { 'content-type': 'application/json' }
  })
  const answer = new Promise<string>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part })
      response.on('end', () => resolve(text)).on('error', reject)
    })
  })
  request.end(JSON.stringify(body))
  return { answer, leave: () => request.destroy() }
}

t.test('a connection may rest while the service computes', async t => {
  const { entry } = slowEntry(1)
  const app = await build(t, { requestTimeoutMs: 200 }, [entry])
  await app.listen({ host: '127.0.0.1', port: 0 })
  // Of new connections: long before the answer is there.
  app.server.setTimeout(200)
  const { outputs } = JSON.parse(await begin(app, rowsOf(1000)).answer) as InferAnswer
  t.equal(outputs[0].data?.length, 1000)
})

t.test('the work for a caller who has gone ends, and is reported', async t => {
  const { entry, seen } = slowEntry(0.05)
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, [entry], log)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { answer, leave } = begin(app, rowsOf(100_000))
  while (seen.rows < 100) await sleep(1)
  leave()
  await t.rejects(answer)
  for (let before = -1; before < seen.rows;) {
    before = seen.rows
    await sleep(50)
  }
  t.ok(seen.rows < 100_000, `${seen.rows} rows`)
  t.match(log.lines.filter(({ msg }) => String(msg).startsWith('request')), [
    { msg: 'request cut off', method: 'POST', route: '/v2/models/:name/infer', status: 499 }
  ])
  const metrics = (await app.inject('/metrics')).body
  t.match(metrics, 'http_requests_cut_off_total{method="POST",route="/v2/models/:name/infer",status="499"} 1\n')
  t.match(metrics, 'recall_ml_rows_total{model="slow",api="open_inference",outcome="success"} 0\n', 'no row was answered')
  const { model_stats: stats } = (await app.inject('/v2/models/slow/stats')).json<{ model_stats: object[] }>()
  t.match(stats, [{ execution_count: 0, inference_stats: { fail: { count: 1 }, success: { count: 0 } } }])
})

t.test('rows that take longer than a slice have one each', async t => {
  const { entry, seen } = slowEntry(1)
  const app = await build(t, {}, [entry])
  // So that only the rows are seen.
  await infer(app, 'slow', rowsOf(1))
  const perTurn: number[] = []
  let before = seen.rows
  const watch = () => {
    perTurn.push(seen.rows - before)
    before = seen.rows
    if (before < 41) setImmediate(watch)
  }
  setImmediate(watch)
  t.equal((await infer(app, 'slow', rowsOf(40))).statusCode, 200)
  t.equal(Math.max(...perTurn), 1)
})

t.test('the time that went to others is in the queue', async t => {
  const { entry } = slowEntry(0.1)
  const app = await build(t, {}, [entry])
  const requests = 4
  await Promise.all(Array.from({ length: requests }, async () => infer(app, 'slow', rowsOf(100))))
  const { model_stats: [{ inference_stats: parts }] } = (await app.inject('/v2/models/slow/stats')).json<{
    model_stats: Array<{ inference_stats: Record<string, { count: number, ns: number }> }>
  }>()
  t.equal(parts.queue.count, requests)
  const whole = parts.queue.ns + parts.compute_input.ns + parts.compute_infer.ns + parts.compute_output.ns
  t.ok(Math.abs(parts.success.ns - whole) <= requests * 4, `${whole} of ${parts.success.ns} ns, but for what is rounded`)
  t.ok(parts.queue.ns > parts.compute_infer.ns / 2, 'four that take turns wait for each other')
})

t.test('rows are counted: all of an answer, the one that spoils a request', async t => {
  const app = await build(t, {}, [fakeEntry('made', { inputs: [{ name: 'a', type: 'number', maximum: 1 }] })])
  const count = async (outcome: string) => Number(
    new RegExp(`^recall_ml_rows_total\\{model="made",api="open_inference",outcome="${outcome}"\\} (\\d+)$`, 'm')
      .exec((await app.inject('/metrics')).body)?.[1]
  )
  const counts = async () => [await count('success'), await count('error')]
  t.strictSame(await counts(), [0, 0], 'from 0 on')
  const send = async (data: unknown[]) => (await infer(app, 'made', { inputs: [column('a', 'FP64', data)] })).statusCode
  t.equal(await send([1, 0, 1]), 200)
  t.strictSame(await counts(), [3, 0])
  t.equal(await send([1, 2, 2]), 400)
  t.equal(await send([1, 'x']), 400)
  t.strictSame(await counts(), [3, 2])
  t.equal((await infer(app, 'made', {})).statusCode, 400)
  t.strictSame(await counts(), [3, 2], 'what has no rows has none that count')
})
