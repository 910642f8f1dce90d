/** Numbers and verdicts out of answers. */
import type { Answer, ClassAnswer, Label, ValueAnswer } from '../../library/core.js'
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import type { Target } from '../models/types.js'

export type RiskCategory = 'LOW' | 'MEDIUM' | 'HIGH'

export type OutputAnswer = Partial<ClassAnswer> & Partial<ValueAnswer> & { readonly decision?: number }

/** The answer of one output. */
export function outputOf(answer: Answer, output: number): OutputAnswer {
  return answer.outputs?.[output] ?? answer
}

/** The numbers of an output's classes; undefined when it has none. */
export function classNumbers(answer: OutputAnswer): readonly number[] | undefined {
  return answer.probabilities ?? answer.decisions
}

/** The number that a target speaks of; NaN when the answer has none, as of votes. */
export function readNumber(answer: Answer, { output, label }: Target): number {
  const one = outputOf(answer, output)
  if (one.value !== undefined) return one.value
  if (one.decision !== undefined) return one.decision
  const place = one.classes?.indexOf(label ?? (one.prediction as Label)) ?? -1
  return classNumbers(one)?.[place] ?? NaN
}

/** What a change is a change of: the category of a risk, else the predicted class; undefined for numbers. */
export function readVerdict(answer: Answer, target: Target, limits: RiskLimits): string | undefined {
  if (target.isRisk === true) return categorize(readNumber(answer, target), limits)
  const { prediction } = outputOf(answer, target.output)
  return prediction === undefined ? undefined : String(prediction)
}

/** As `POST /predict` does. */
export function categorize(score: number, { mediumFrom, highFrom }: RiskLimits): RiskCategory {
  return score >= highFrom ? 'HIGH' : score >= mediumFrom ? 'MEDIUM' : 'LOW'
}

/** The class that means leaving; undefined when there is none. */
export function classOfLeaving(classes: readonly Label[] = []): Label | undefined {
  return classes.find(label => label === 1 || label === '1' || label === true)
}

/** A class with its number. */
export interface Ranked {
  readonly label: string
  readonly value: number
}

/** Classes with their numbers, best first; classes of the same number in the model's order. */
export function rankClasses(answer: OutputAnswer): Ranked[] {
  const numbers = classNumbers(answer)
  if (numbers === undefined || answer.classes === undefined) return []
  return answer.classes
    .map((label, i) => ({ label: String(label), value: numbers[i] }))
    .sort((a, b) => b.value - a.value)
}
