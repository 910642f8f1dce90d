/** What the page knows of models. */
import type { FeatureImportance, Input, Output, Provenance } from '../../library/core.js'
import type { Label } from '../../library/core.js'

/** Fields by name; null, or none, is missing. */
export type Row = Readonly<Record<string, unknown>>

/** The answer of `GET /models/NAME`, of a model that is loaded. */
export interface ModelInfo {
  readonly name: string
  readonly description?: string
  readonly task: 'classifier' | 'regressor' | 'outlier-detector'
  readonly nTrees: number
  readonly nNodes: number
  readonly nFeatures: number
  readonly bytes: number
  readonly inputs: ReadonlyArray<Input & { readonly used: boolean }>
  readonly outputs: readonly Output[]
  readonly featureImportances?: readonly FeatureImportance[]
  readonly provenance: Provenance
}

/** One number of an answer, which is explained, drawn over a field and so on. */
export interface Target {
  readonly model: string
  /** Index of the output. */
  readonly output: number
  /** Class whose number it is; undefined for the predicted one, and for outputs without classes. */
  readonly label?: Label | undefined
  /** Whether it is the risk, whose categories matter more than its class. */
  readonly isRisk?: boolean
}
