/** numpy's float32 exp and sum, against what numpy gave for a few arguments and against sums in float32. */
import t from 'tap'
import { expNumpy32 } from '../../src/arithmetic/numpy-float32.js'
import { sumFloat32LikeNumpy } from '../../src/arithmetic/numpy-sum.js'

const SUMS: ReadonlyArray<readonly [count: number, sum: number]> = [
  [1, 1.0],
  [7, 2.5928573608398438],
  [8, 2.7178573608398438],
  [9, 2.8289685249328613],
  [15, 3.3182289600372314],
  [100, 5.187378406524658],
  [128, 5.433147430419922],
  [129, 5.440899848937988],
  [1000, 7.485471725463867]
]

t.test('exp has the bits of numpy, which are not always the nearest', t => {
  const CASES: ReadonlyArray<readonly [x: number, y: number]> = [
    [-1.4657084941864014, 0.23091432452201843],
    [-7.199188232421875, 0.0007471920107491314],
    [-1.9945564270019531, 0.1360739916563034],
    [-3.0562660694122314, 0.04706309363245964],
    [-0.9224079847335815, 0.3975605368614197],
    [-0.5150432586669922, 0.5974746942520142],
    [-3.691615104675293, 0.02493170090019703],
    [-1.8494559526443481, 0.1573227494955063],
    [-4.458057403564453, 0.011584845371544361],
    [-3.5951361656188965, 0.027456941083073616],
    [-4.292116165161133, 0.013675954192876816],
    [-1.2338125705718994, 0.2911803126335144],
    [-21.501747131347656, 4.59102728056493e-10],
    [-0.46144816279411316, 0.6303700804710388],
    [-2.205685615539551, 0.11017496138811111],
    [-0.11885377019643784, 0.887937605381012],
    [0.0, 1.0],
    [-87.4000015258789, 1.1032187391487278e-38],
    [-103.9000015258789, 1.401298464324817e-45]
  ]
  for (const [x, y] of CASES) if (!Object.is(expNumpy32(x), y)) t.fail(`exp(${x}): expected ${y}, computed ${expNumpy32(x)}`)
  t.ok(CASES.some(([x, y]) => Math.fround(Math.exp(x)) !== y))
  t.equal(expNumpy32(100), Infinity)
  t.equal(expNumpy32(-Infinity), 0)
  t.ok(Number.isNaN(expNumpy32(NaN)))
  t.end()
})

t.test('sums have eight accumulators up to 128 numbers, and halves above', t => {
  for (const [count, sum] of SUMS) {
    const values = Float64Array.from({ length: count }, (_, i) => Math.fround(1 / (i + 1)))
    t.equal(sumFloat32LikeNumpy(values, 0, values.length), sum, `${count} numbers`)
  }
  t.end()
})
