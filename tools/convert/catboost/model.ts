/** A model of CatBoost as both of its formats hold it, checked as far as it can be without a look at the trees. */

/** What a float feature's NaN counts as. */
export type NanTreatment = 'AsIs' | 'AsFalse' | 'AsTrue'

export interface FloatFeature {
  /** Among the float features, by which conditions name it. */
  readonly index: number
  /** Among all columns. */
  readonly flatIndex: number
  readonly name: string
  /** Whether there were any in the training; without, `nan` has no effect. */
  readonly hasNans: boolean
  readonly nan: NanTreatment
  /** Float32, ascending. */
  readonly borders: readonly number[]
}

export interface CatFeature {
  /** Among the categorical features, by which conditions name it. */
  readonly index: number
  readonly flatIndex: number
  readonly name: string
}

/** A value above a border. */
export interface Above {
  readonly kind: 'above'
  readonly feature: number
  readonly border: number
}

/** A category by its hash, a signed integer of 32 bits. */
export interface Equals {
  readonly kind: 'equals'
  readonly feature: number
  readonly hash: number
}

/** What a node asks. */
export type Condition = Above | Equals | { readonly kind: 'ctr', readonly ctr: number, readonly border: number }

/** The columns that a target statistic is about. */
export interface Projection {
  readonly categories: readonly number[]
  readonly conditions: ReadonlyArray<Above | Equals>
}

export const CTR_TYPES = [
  'Borders', 'Buckets', 'BinarizedTargetMeanValue', 'FloatTargetMeanValue', 'Counter', 'FeatureFreq'
] as const
type CtrType = typeof CTR_TYPES[number]

/** A target statistic of categories (CTR): a number for each combination of categories. All numbers are float32. */
export interface Ctr {
  readonly projection: Projection
  readonly type: CtrType
  readonly targetBorder: number
  readonly prior: readonly [numerator: number, denominator: number]
  readonly shift: number
  readonly scale: number
  readonly borders: readonly number[]
  /** Undefined where the file lacks it. */
  readonly table: CtrTable | undefined
}

/** What the training counted of each combination. */
export interface CtrTable {
  readonly counterDenominator: number
  /** By the combination's hash: counts by class, one count, or a sum and a count, as the type has it. */
  readonly counts: ReadonlyMap<bigint, readonly number[]>
}

/** A node that is made when it is asked for: trees whose levels ask one question each are smaller than their nodes. */
export type TreeNode =
  | { readonly values: readonly number[] }
  | { readonly condition: Condition, readonly no: () => TreeNode, readonly yes: () => TreeNode }

export interface CatboostModel {
  /** Such as "1.2.10"; undefined where the file does not say. */
  readonly version: string | undefined
  /** Of the training, and other notes; JSON as text in some of them. */
  readonly info: ReadonlyMap<string, unknown>
  readonly floatFeatures: readonly FloatFeature[]
  readonly catFeatures: readonly CatFeature[]
  readonly ctrs: readonly Ctr[]
  /** Numbers in a leaf. */
  readonly dimension: number
  readonly scale: number
  /** [dimension] */
  readonly bias: readonly number[]
  /** @throws ConvertError for what is no tree */
  readonly trees: ReadonlyArray<() => TreeNode>
  /** Texts of categories by their hash, where the file has them. */
  readonly categoryNames: ReadonlyMap<number, string>
}
