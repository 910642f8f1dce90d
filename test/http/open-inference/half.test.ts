import t from 'tap'
import { decodeHalf, roundToHalf } from '../../../src/http/open-inference/half.js'

t.test('all numbers of 16 bits stay as they are, and what lies between them goes to the nearer one', t => {
  const sorted: number[] = []
  for (let bits = 0; bits < 0x7c00; bits++) sorted.push(decodeHalf(bits))
  t.ok(sorted.every((value, i) => i === 0 || value > sorted[i - 1]))
  t.equal(sorted.at(-1), 65504)
  let wrong = 0
  for (const [i, value] of sorted.entries()) {
    const next = sorted[i + 1] ?? 65536
    const middle = (value + next) / 2
    const even = i % 2 === 0 ? value : next
    const limit = (number: number) => number === 65536 ? Infinity : number
    const below = middle - (next - value) / 2 ** 30
    const above = middle + (next - value) / 2 ** 30
    for (const sign of [1, -1]) {
      if (!Object.is(roundToHalf(sign * value), sign * value)) wrong++
      if (!Object.is(roundToHalf(sign * below), sign * value)) wrong++
      if (!Object.is(roundToHalf(sign * middle), sign * limit(even))) wrong++
      if (!Object.is(roundToHalf(sign * above), sign * limit(next))) wrong++
    }
  }
  t.equal(wrong, 0)
  t.end()
})

t.test('what is not a finite number of 16 bits', t => {
  t.equal(roundToHalf(1e300), Infinity)
  t.equal(roundToHalf(-Infinity), -Infinity)
  t.ok(Number.isNaN(roundToHalf(NaN)))
  t.equal(decodeHalf(0x7c00), Infinity)
  t.equal(decodeHalf(0xfc00), -Infinity)
  t.ok(Number.isNaN(decodeHalf(0x7e00)))
  t.ok(Object.is(decodeHalf(0x8000), -0))
  t.end()
})
