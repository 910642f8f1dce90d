import { Registry, collectDefaultMetrics } from 'prom-client'
import t from 'tap'
import { build, post } from '../../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'

t.test('what is counted', async t => {
  const [recommend] = fakeEntries()
  const churn = { name: 'churn', path: '/x/churn.json', model: undefined, reason: 'gone' }
  const app = await build(t, {}, [recommend, churn])
  const scrape = async () => (await app.inject('/metrics')).body
  t.match(await scrape(), 'recall_ml_defaulted_fields_total{model="recommend",field="sms_freq"} 0\n', 'from 0 on')

  await post(app, '/recommend', GOOD_BODY)
  await post(app, '/recommend', { ...GOOD_BODY, sms_freq: null, plan_type: 'x' })
  await post(app, '/recommend', { ...GOOD_BODY, sms_freq: undefined })
  await post(app, '/recommend', { ...GOOD_BODY, sms_freq: 'bad' })
  await post(app, '/predict', GOOD_BODY)
  await post(app, '/somewhere/else?x=1', GOOD_BODY)

  const response = await app.inject('/metrics')
  t.match(response.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  const text = response.body
  t.match(text, 'recall_ml_defaulted_fields_total{model="recommend",field="sms_freq"} 2\n')
  t.match(text, 'recall_ml_defaulted_fields_total{model="recommend",field="plan_type"} 1\n')
  t.match(text, 'recall_ml_model_loaded{model="recommend"} 1\n')
  t.match(text, 'recall_ml_model_loaded{model="churn"} 0\n')
  t.match(text, 'http_request_duration_seconds_count{method="POST",route="/recommend",status="200"} 3\n')
  t.match(text, 'http_request_duration_seconds_count{method="POST",route="/recommend",status="400"} 1\n')
  t.match(text, 'http_request_duration_seconds_count{method="POST",route="/predict",status="500"} 1\n')
  t.match(text, 'http_request_duration_seconds_count{method="POST",route="(none)",status="404"} 1\n')
  t.match(text, /^process_resident_memory_bytes \d+/m)
  t.match(text, /^nodejs_eventloop_lag_seconds /m)
  t.notMatch(text, 'somewhere')
})

t.test('of the process all that prom-client has but collections, which cost memory to observe', async t => {
  const usual = new Registry()
  collectDefaultMetrics({ register: usual })
  const names = (text: string) => [...text.matchAll(/^# TYPE ((?:process|nodejs)_\w+) (\w+)$/gm)].map(([line]) => line).sort()
  const app = await build(t)
  const own = names((await app.inject('/metrics')).body)
  t.strictSame(own, names(await usual.metrics()).filter(name => !name.includes('nodejs_gc_duration')))
  t.ok(own.length > 20)
})

t.test('apps do not share their counts', async t => {
  const [first, second] = [await build(t), await build(t)]
  await post(first, '/recommend', {})
  t.notMatch((await second.inject('/metrics')).body, /route="\/recommend"/)
})

t.test('durations, one series a route, status and method', async t => {
  const app = await build(t)
  for (const url of ['/health/live', '/health/live', '/nothing']) await app.inject(url)
  await app.inject({ method: 'HEAD', url: '/health/live' })
  const text = (await app.inject('/metrics')).body
  const series = (labels: string) =>
    [...text.matchAll(new RegExp(`^http_request_duration_seconds_(?:bucket\\{le="([^"]+)",|count\\{)${labels}\\} (\\d+)$`, 'gm'))]
      .map(([, bound = 'count', count]) => [bound, Number(count)] as const)
  const live = series('method="GET",route="/health/live",status="200"')
  t.strictSame(live.slice(-3), [['30', 2], ['+Inf', 2], ['count', 2]])
  t.strictSame(live.slice(0, -2).map(([bound]) => Number(bound)),
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30])
  t.ok(live.every(([, count], i) => i === 0 || count >= live[i - 1][1]), 'each bucket holds those before it')
  t.strictSame(series('method="GET",route="\\(none\\)",status="404"').at(-1), ['count', 1])
  t.strictSame(series('method="HEAD",route="/health/live",status="200"').at(-1), ['count', 1])
  t.equal(text.match(/^# TYPE http_request_duration_seconds histogram$/gm)?.length, 1)
})
