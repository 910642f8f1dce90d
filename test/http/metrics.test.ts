import t from 'tap'
import { build, post } from '../helpers/app.js'
import { fakeSlots, GOOD_BODY } from '../helpers/fake-model.js'

t.test('what is counted', async t => {
  const [recommend] = fakeSlots()
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

t.test('apps do not share their counts', async t => {
  const [first, second] = [await build(t), await build(t)]
  await post(first, '/recommend', {})
  t.notMatch((await second.inject('/metrics')).body, /route="\/recommend"/)
})
