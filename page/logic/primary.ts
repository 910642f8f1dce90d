/** The one number of a subject that rows are ranked by. */
import type { Subject } from '../models/protocol.js'
import type { Target } from '../models/types.js'

export interface Primary {
  readonly target: Target
  /** Which rows are looked at first. */
  readonly worst: 'highest' | 'lowest'
  readonly kind: 'risk' | 'class' | 'confidence' | 'value' | 'decision'
}

export function primaryOf({ models: [first], risk }: Subject): Primary {
  if (risk !== undefined) {
    return { target: { model: risk.name, output: 0, label: risk.label, isRisk: true }, worst: 'highest', kind: 'risk' }
  }
  const { name: model, info: { task, outputs: [{ classes }] } } = first
  const target = { model, output: 0 }
  if (task === 'outlier-detector') return { target, worst: 'lowest', kind: 'decision' }
  if (classes === undefined) return { target, worst: 'highest', kind: 'value' }
  if (classes.length === 2) return { target: { ...target, label: classes[1] }, worst: 'highest', kind: 'class' }
  return { target, worst: 'lowest', kind: 'confidence' }
}
