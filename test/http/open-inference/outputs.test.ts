/** Outputs as they are written: without a trace in memory. */
import t from 'tap'
import { listOutputForms, textWriter } from '../../../src/http/open-inference/outputs.js'
import { fakeModel } from '../../helpers/fake-model.js'
import { oldSpaceGrowth } from '../../helpers/old-space.js'

t.test('V8 keeps no texts of numbers', t => {
  const form = listOutputForms(fakeModel('made')).find(({ name }) => name === 'predict_proba')
  if (form === undefined) throw new Error('a classifier has probabilities')
  const values = new Float64Array(2)
  const bytes = oldSpaceGrowth(number => {
    values[0] = number
    textWriter(form).add({ values, classIndexes: Int32Array.of(0), defaulted: undefined })
  })
  t.ok(bytes < 400_000, `${bytes} bytes for 400,000 numbers`)
  t.end()
})
