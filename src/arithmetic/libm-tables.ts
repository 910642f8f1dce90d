/**
 * The tables of libm.ts and libm-log.ts, computed from their definition when these load (3 ms). Every entry is exact to
 * the last bit: the results are the C library's only if the tables are.
 */

/** Entries of the tables of exp: one for each 128th of an octave. */
const N_STEPS = 128
const FIXED_BITS = 160n

/** 2^(i/128) in double-double form: `head[i] * (1 + tail[i])`, `head` rounded to nearest. Both [128]. */
export function computePowerTable(): { head: Float64Array; tail: Float64Array } {
  const head = new Float64Array(N_STEPS)
  const tail = new Float64Array(N_STEPS)
  const root = computeStep()
  let power = 1n << FIXED_BITS
  for (let i = 0; i < N_STEPS; i++) {
    const mantissa = (power + (1n << (FIXED_BITS - 53n))) >> (FIXED_BITS - 52n)
    head[i] = Number(mantissa) * 2 ** -52
    const rest = power - (mantissa << (FIXED_BITS - 52n))
    tail[i] = Number((rest << 53n) / mantissa) * 2 ** -161
    power = (power * root) >> FIXED_BITS
  }
  return { head, tail }
}

/** 2^(1/128) as a fixed-point number: seven square roots of 2. */
function computeStep(): bigint {
  let root = 2n << FIXED_BITS
  for (let i = 0; i < 7; i++) root = computeSquareRoot(root << FIXED_BITS)
  return root
}

/** Newton's iteration from above: the first step that does not fall is the floor of the root. */
function computeSquareRoot(square: bigint): bigint {
  let root = 1n << FIXED_BITS + 2n
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/**
 * Where the reciprocals of the log table lie, in units in the last place away from 1/center. Of the 2^30 doubles
 * around 1/center the one is taken whose logarithm is nearest to a multiple of 2^-43, so that k*ln(2) can be added to
 * it without an error. The search takes minutes: `test/fixtures/libm/log-table.c`
 * does it and prints this list.
 */
const RECIPROCAL_OFFSETS = [
  -23142382, -57643754, -234334839, -124664804, 19045012, -123323398, -501163255, 342479926, -234593306, 57421184,
  513617488, -240891478, 85169741, 28659150, 284053799, 342563057, -68420459, -346144712, -90113766, -464022980,
  285342708, -489548825, 376054848, 47397812, -423637851, -260988534, 336107021, 448241578, 154177355, 447893384,
  241227555, -420636714, -218426730, -96876684, -205835218, -368178198, -345128710, -510284502, 481763731, 209336112,
  429336310, 15489329, 442353177, -417834330, 73183371, 515232680, 507984536, 83787275, 330409952, 151596684,
  377744204, 198302857, 214798271, -345957716, 356163107, 215510022, -229897960, -131709726, 215213618, -464519207,
  -332821996, 385780520, -400344786, 256208139, 478356527, 345720337, 128466877, 217515751, -162048343, 295127580,
  -235892775, -69369347, 93666841, -272860130, 91915174, 29018059, 258893229, 386009280, -241633007, 68399381,
  386341370, 408940642, 65060217, -120872168, 189498853, -32395328, -49955913, 154042178, -346113480, 148348366,
  -396488327, -427431396, 107119491, -500798201, 212184347, 305888811, -330297730, -91422864, 6707636, 273897542,
  -512931067, -500150233, 485589437, -280752730, 106848032, 30953893, -291342514, -408884927, 149302919, -107851081,
  225432558, 460497078, -452391632, -490679353, 508304210, 493208081, 336502878, 526975298, -457361038, -312310462,
  -365194252, -421357131, 362015322, 310793228, -441535439, -69145545, -528727990, 433364383
]

/**
 * log(z) is log(z * inverse) - log(inverse), for z in [0.6875, 1.375) cut into 80 intervals of 2^-8 below 1 and 48 of
 * 2^-7 above. Both [128].
 */
export function computeLogTable(): { inverse: Float64Array; logarithm: Float64Array } {
  const inverse = Float64Array.from(RECIPROCAL_OFFSETS, (offset, i) => {
    const center = i < 80 ? (176.5 + i) / 256 : (48.5 + i) / 128
    const nearest = 1 / center
    return nearest + offset * (nearest < 1 ? 2 ** -53 : 2 ** -52)
  })
  // A multiple of 2^-43 by construction, to within 2^-66: the last bits of Math.log do not matter.
  const logarithm = inverse.map(value => Math.round(-Math.log(value) * 2 ** 43) / 2 ** 43)
  return { inverse, logarithm }
}

/** Powers of two from 2^-1022, the least normal number, to 2^1023. [2046] */
export function computePowersOfTwo(): Float64Array {
  const powers = new Float64Array(2046)
  powers[0] = Number.MIN_VALUE * 2 ** 52
  for (let i = 1; i < powers.length; i++) powers[i] = powers[i - 1] * 2
  return powers
}
