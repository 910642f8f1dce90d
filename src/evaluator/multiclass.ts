/** Several classes by classifiers of two: scikit-learn's one-vs-rest, one-vs-one and output codes. */
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { OneVsOne, OneVsRest, OutputCode } from '../dump/dump.js'
import { hasProbabilities } from '../dump/probabilities.js'
import { firstMaximum } from './link.js'

/** What a member says for its second class, once it is evaluated. */
type ScoreOf = (member: CompiledEstimator, values: Float64Array) => number

function compileScore(score: OneVsRest['score'], members: readonly CompiledEstimator[], where: string): ScoreOf {
  const bad = members.find(({ nValues, nRaw }) => score === 'raw' ? nRaw !== 1 : nValues !== 2)
  if (bad !== undefined) throw new DumpError(where, `expected classifiers of two classes with a score, received ${bad.nValues} values`)
  return score === 'raw' ? member => member.raw[0] : (_, values) => values[1]
}

const WITHOUT_RAW = { nRaw: 0, raw: new Float64Array(0) } as const

/** Its decision function, where members have one, is theirs: one number alone for two classes. */
export function compileOneVsRest(estimator: OneVsRest, members: readonly CompiledEstimator[]): CompiledEstimator {
  const { score, ties, accumulate } = estimator
  const round = accumulate === 'float32' ? Math.fround : (value: number) => value
  const scoreOf = compileScore(score, members, 'model.members')
  const nClasses = members.length === 1 ? 2 : members.length
  const probable = hasProbabilities(estimator)
  const own = members.map(({ nValues }) => new Float64Array(nValues))
  const scores = new Float64Array(members.length)
  return {
    nValues: nClasses,
    nRaw: score === 'raw' ? scores.length : 0,
    raw: scores,
    evaluate(columns, values) {
      let sum = 0
      members.forEach((member, m) => {
        member.evaluate(columns, own[m])
        scores[m] = scoreOf(member, own[m])
        values[nClasses - members.length + m] = probable ? own[m][1] : scores[m]
      })
      if (members.length === 1) values[0] = probable ? round(1 - values[1]) : -values[1]
      if (!probable) return
      // numpy has the classes one after another in memory, and adds them so.
      for (let c = 0; c < nClasses; c++) sum = round(sum + values[c])
      if (sum !== 0) for (let c = 0; c < nClasses; c++) values[c] = round(values[c] / sum)
    },
    decide() {
      if (members.length === 1) return scores[0] > (score === 'raw' ? 0 : 0.5) ? 1 : 0
      let best = 0
      for (let c = 1; c < nClasses; c++) if (ties === 'last' ? scores[c] >= scores[best] : scores[c] > scores[best]) best = c
      return best
    }
  }
}

/** Votes of all pairs of classes, and of equal ones the surer: scikit-learn's `_ovr_decision_function`. */
export function compileOneVsOne(
  { score, nClasses }: OneVsOne, members: readonly CompiledEstimator[]
): CompiledEstimator {
  if (members.length !== nClasses * (nClasses - 1) / 2) {
    throw new DumpError('model.members', `expected one per pair of ${nClasses} classes, received ${members.length}`)
  }
  const scoreOf = compileScore(score, members, 'model.members')
  const own = new Float64Array(Math.max(...members.map(({ nValues }) => nValues)))
  const sums = new Float64Array(nClasses)
  const threshold = score === 'raw' ? 0 : 0.5
  return {
    ...WITHOUT_RAW,
    nValues: nClasses,
    evaluate(columns, values) {
      values.fill(0)
      sums.fill(0)
      let k = 0
      for (let i = 0; i < nClasses; i++) {
        for (let j = i + 1; j < nClasses; j++) {
          const member = members[k++]
          member.evaluate(columns, own)
          const confidence = scoreOf(member, own)
          sums[i] -= confidence
          sums[j] += confidence
          values[(member.decide?.(own) ?? firstMaximum(own)) === 0 ? i : j]++
        }
      }
      for (let c = 0; c < nClasses; c++) values[c] += sums[c] / (3 * (Math.abs(sums[c]) + 1))
    },
    decide: nClasses === 2 ? values => values[1] > threshold ? 1 : 0 : undefined
  }
}

/** Dietterich and Bakiri, "Solving Multiclass Learning Problems via Error-Correcting Output Codes" (1995). */
export function compileOutputCode(
  { score, codeBook }: OutputCode, members: readonly CompiledEstimator[]
): CompiledEstimator {
  const scoreOf = compileScore(score, members, 'model.members')
  const wrong = codeBook.findIndex(code => code.length !== members.length)
  if (wrong >= 0) {
    const received = codeBook[wrong].length
    throw new DumpError(`model.codeBook[${wrong}]`, `expected ${members.length} numbers, one per member, received ${received}`)
  }
  const own = members.map(({ nValues }) => new Float64Array(nValues))
  const scores = new Float64Array(members.length)
  const norms = codeBook.map(code => dot(code, code))
  return {
    ...WITHOUT_RAW,
    nValues: codeBook.length,
    evaluate(columns, values) {
      members.forEach((member, m) => {
        member.evaluate(columns, own[m])
        scores[m] = scoreOf(member, own[m])
      })
      const size = dot(scores, scores)
      for (let c = 0; c < values.length; c++) {
        // As scikit-learn expands it: of huge scores all codes are as far.
        const distance = Math.max(0, norms[c] - 2 * dot(scores, codeBook[c]) + size)
        values[c] = distance < Number.MAX_VALUE ? 0 - distance : -Number.MAX_VALUE
      }
    },
    decide: undefined
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
