import t from 'tap'
import { expf, logf } from '../../src/arithmetic/libm32.js'
import { readFixture } from '../helpers/fixtures.js'

/** Argument and result, as `test/fixtures/libm/make-float32.c` had them from the C library. */
function* readPairs(name: string): Generator<[number, number]> {
  const bytes = readFixture(`libm/${name}.f32`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; at += 8) yield [view.getFloat32(at, true), view.getFloat32(at + 4, true)]
}

for (const [name, compute] of Object.entries({ expf, logf })) {
  t.test(`${name} gives the bits of the C library`, async t => {
    const wrong: string[] = []
    let nPairs = 0
    for (const [x, expected] of readPairs(name)) {
      nPairs++
      const received = compute(x)
      if (!Object.is(received, expected)) wrong.push(`${name}(${x}): expected ${expected}, received ${received}`)
    }
    t.ok(nPairs > 800, `${nPairs} arguments`)
    t.strictSame(wrong, [])
  })
}

t.test('what is not a number, and what has no logarithm', async t => {
  for (const result of [expf(NaN), logf(NaN), logf(-1), logf(-Infinity)]) t.ok(Number.isNaN(result))
})
