/** A model with a route of its own is one value: whoever reads the list knows all of it. */
import { Type } from '@sinclair/typebox'
import t from 'tap'
import { FIRST_CLASS_MODELS } from '../../plugins/index.js'
import { addModelRoute } from '../../src/http/routes/model-route.js'
import { whyNoProbabilities, type FirstClassModel } from '../../src/http/routes/first-class.js'
import type { Model, ModelEntry } from '../../src/model/types.js'
import { build } from '../helpers/app.js'
import { fakeModel, GOOD_BODY } from '../helpers/fake-model.js'

/** What somebody adds as `plugins/upsell.ts`. */
const upsell: FirstClassModel = {
  name: 'upsell',
  path: '/upsell',
  tag: { name: 'upsell', description: 'Whether a customer takes a larger plan.' },
  plugin: async (app, options) => {
    addModelRoute(app, options, {
      path: '/upsell',
      operationId: 'upsell',
      tag: 'upsell',
      summary: 'Predict whether a customer takes a larger plan',
      response: Type.Object({ status: Type.Literal('success'), likely: Type.Boolean() }),
      answer: (_model, { values }) => ({ status: 'success', likely: values[1] > 0.5 })
    })
  },
  whyUnsuitable: model => whyNoProbabilities(model, '/upsell'),
  listColumns: () => [{ name: 'likely', kind: 'label', read: ({ values }) => values[1] > 0.5 }]
}

const entryOf = (model: Model): ModelEntry => ({ name: model.name, path: `${model.name}.json`, model, bytes: 1, digest: '', loadMs: 1 })

t.test('a third one has its route, its batches and its place in the document', async t => {
  const app = await build(t, {}, [entryOf(fakeModel('upsell'))], undefined, { firstClass: [...FIRST_CLASS_MODELS, upsell] })
  const ask = async (url: string, payload: object) => (await app.inject({ method: 'POST', url, payload })).json<unknown>()
  t.strictSame(await ask('/upsell', GOOD_BODY), { status: 'success', likely: true })
  t.match(await ask('/upsell/batch', { instances: [GOOD_BODY, {}] }), { status: 'success', predictions: [{ likely: true }, {}] })
  t.match(await ask('/models/upsell/predict', GOOD_BODY), { prediction: 'Roaming Pass' })
  const { tags, paths } = (await app.inject('/openapi.json')).json<{ tags: object[], paths: Record<string, object> }>()
  t.match(tags[FIRST_CLASS_MODELS.length], upsell.tag)
  t.ok('/upsell' in paths && '/upsell/batch' in paths)
})

t.test('one that does not suit says why', async t => {
  const model = fakeModel('upsell', { outputs: [{}], task: 'regressor', values: [1] })
  const app = await build(t, {}, [entryOf(model)], undefined, { firstClass: [upsell] })
  const answer = await app.inject({ method: 'POST', url: '/upsell', payload: GOOD_BODY })
  t.equal(answer.statusCode, 500, answer.body)
  t.match((await app.inject('/health/ready')).json(), {
    models: [{ name: 'upsell', reason: /of the kind regressor: \/upsell answers/ }]
  })
})

t.test('no two have a name, a path or a tag in common', t => {
  for (const values of [
    FIRST_CLASS_MODELS.map(({ name }) => name), FIRST_CLASS_MODELS.map(({ path }) => path),
    FIRST_CLASS_MODELS.map(({ tag }) => tag.name)
  ]) t.equal(new Set(values).size, values.length)
  t.end()
})
