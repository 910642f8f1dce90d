/** The table of pow.ts, computed from its definition when the module loads (2 ms): exact to the last bit. */

const FIXED_BITS = 160n

/** 512 times the reciprocals, one for each 128th of [0.707, 1.414): such that all of them and their logarithms fit. */
const RECIPROCALS = [
  724, 720, 716, 712, 708, 704, 700, 696, 692, 688, 684, 684, 680, 676, 672, 668, 664, 660, 660, 656, 652, 648,
  644, 640, 640, 636, 632, 628, 628, 624, 620, 616, 616, 612, 608, 608, 604, 600, 600, 596, 592, 588, 588, 584,
  584, 580, 576, 576, 572, 568, 568, 564, 564, 560, 556, 556, 552, 552, 548, 544, 544, 540, 540, 536, 536, 532,
  532, 528, 528, 524, 520, 520, 516, 516, 512, 512, 508, 504, 500, 496, 492, 488, 484, 482, 478, 474, 470, 468,
  464, 460, 458, 454, 452, 448, 446, 442, 440, 436, 434, 430, 428, 426, 422, 420, 416, 414, 412, 410, 406, 404,
  402, 400, 396, 394, 392, 390, 388, 386, 382, 380, 378, 376, 374, 372, 370, 368, 366, 364
]

/**
 * `-log(inverse)` as `logarithm + tail`: a multiple of 2^-43, to which k*ln(2) can be added without an error, and the
 * rest. All [128].
 */
export function computePowTable(): { inverse: Float64Array, logarithm: Float64Array, tail: Float64Array } {
  const inverse = Float64Array.from(RECIPROCALS, n => n / 512)
  const logarithm = new Float64Array(RECIPROCALS.length)
  const tail = new Float64Array(RECIPROCALS.length)
  RECIPROCALS.forEach((n, i) => {
    const exact = computeLogarithm(BigInt(n))
    const unit = FIXED_BITS - 43n
    const rounded = (exact + (1n << unit - 1n)) >> unit
    logarithm[i] = Number(rounded) * 2 ** -43
    // Number() rounds to nearest.
    tail[i] = Number(exact - (rounded << unit)) * 2 ** -160
  })
  return { inverse, logarithm, tail }
}

/** log(512 / n) as a fixed-point number: 2 * (s + s^3/3 + s^5/5 + ...) for s = (512 - n) / (512 + n). */
function computeLogarithm(n: bigint): bigint {
  const s = ((512n - n) << FIXED_BITS) / (512n + n)
  const square = (s * s) >> FIXED_BITS
  let sum = 0n
  let power = s
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k
    power = (power * square) >> FIXED_BITS
  }
  return 2n * sum
}
