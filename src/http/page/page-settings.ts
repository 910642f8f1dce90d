/** What the page asks first: all that it cannot know from `/models`. */
export interface PageSettings {
  readonly version: string
  /** Models that answer, in order. */
  readonly models: readonly PageModel[]
  readonly risk: RiskLimits
}

export interface PageModel {
  readonly name: string
  /** Path of the model's own route, relative to the page; absent when it has none. */
  readonly route?: string
  /** Whether the page computes with it, instead of asking the service. */
  readonly local: boolean
}

/** Lowest scores of the risk categories. */
export interface RiskLimits {
  readonly mediumFrom: number
  readonly highFrom: number
}
