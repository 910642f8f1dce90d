import t from 'tap'
import { namePredictOperations } from '../../../src/http/openapi/operation-ids.js'

t.test('names that differ little', async t => {
  const names = ['iris', 'a-b', 'a.b', 'a_b', 'A-B', 'ab', 'ab2', 'a_b_2', 'constructor', '0', 'x.', 'x']
  const ids = namePredictOperations(names)
  t.strictSame(ids.slice(0, 5), ['predict_iris', 'predict_a_b', 'predict_a_b_2', 'predict_a_b_3', 'predict_A_B_4'])
  t.equal(new Set(ids.map(id => id.replaceAll('_', '').toLowerCase())).size, names.length)
  for (const id of ids) t.match(id, /^predict_\w+$/)
  t.strictSame(namePredictOperations([]), [])
  // Each has a second operation, which ends in Batch; so has that of /predict.
  t.strictSame(namePredictOperations(['batch', 'a', 'a-batch', 'aBatch']),
    ['predict_batch_2', 'predict_a', 'predict_a_batch_2', 'predict_aBatch_3'])
})
