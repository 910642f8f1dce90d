import t from 'tap'
import { checkFinite } from '../../tools/convert/check-finite.js'

t.test('numbers that JSON does not have are named by their place', async t => {
  const error = (value: unknown, message: RegExp) => t.throws(() => checkFinite(value), { name: 'ConvertError', message })
  error({ model: { trees: [{ threshold: [1, NaN] }] } }, /^model\.trees\[0\]\.threshold\[1\]: expected a finite number, the file has NaN/)
  error({ steps: [{ scale: [-Infinity] }] }, /^steps\[0\]\.scale\[0\]: .*-Infinity/)
  t.throws(() => checkFinite([{ values: [Infinity] }], 'golden'), { message: /answers a row with Infinity \(golden\[0\]\.values\[0\]\)/ })
  checkFinite({ threshold: ['Infinity', 1, -0], name: null, missing: 'NaN', unset: undefined })
})
