/** What the page asks its worker, and what it is told. */
import type { Explanation, Label } from '../../library/explain.js'
import type { PageModel, RiskLimits } from '../../src/http/page/page-settings.js'
import type { Change } from '../logic/changes.js'
import type { Curve } from '../logic/curve.js'
import type { Field } from '../logic/fields.js'
import type { FileScores } from '../logic/score-file.js'
import type { TreeNode } from '../logic/tree.js'
import type { ModelInfo, Row, Target } from './types.js'

/** A model that a subject consists of. */
export interface SubjectModel extends PageModel {
  readonly info: ModelInfo
}

/** What is tried: a model, or the models with routes of their own together. */
export interface Subject {
  /** In the address. */
  readonly id: string
  readonly models: readonly SubjectModel[]
  readonly offers: SubjectModel | undefined
  readonly risk: (SubjectModel & { readonly label: Label }) | undefined
}

/** Explanations, or the reason why there is none. */
export type Explained = { readonly explanation: Explanation } | { readonly reason: string }

export interface Proof {
  /** Golden rows that the dump has. */
  readonly rows: number
  /** What opening the model and comparing them took. */
  readonly ms: number
  /** The first row that came out otherwise. */
  readonly problem?: string
}

export interface DrawnTree {
  readonly root: TreeNode
  readonly nTrees: number
  readonly depth: number
  readonly estimator: string
}

/** Each takes one argument, so that it can be sent. */
export interface Thinking {
  explain(asked: { row: Row, target: Target, top: number }): Promise<Explained>
  curve(asked: { row: Row, target: Target, field: Field }): Promise<Curve | undefined>
  /** All steps of it; undefined where that is not known. */
  exactCurve(asked: { row: Row, target: Target, field: Field }): Promise<Curve | undefined>
  changes(asked: { row: Row, target: Target, fields: readonly Field[], limits: RiskLimits }): Promise<Change[]>
  score(asked: { file: Blob, subject: Subject, limits: RiskLimits }): Promise<FileScores>
  prove(asked: { model: string }): Promise<Proof>
  tree(asked: { model: string, tree: number, depth: number, row: Row }): Promise<DrawnTree | undefined>
}

export type Question = {
  [Name in keyof Thinking]: { readonly id: number, readonly name: Name, readonly asked: Parameters<Thinking[Name]>[0] }
}[keyof Thinking]

/** The first message to the worker. */
export interface Setup {
  /** Address of the page. */
  readonly base: string
  /** Names of the models that the worker may load. */
  readonly local: readonly string[]
}

export type Told =
  | { readonly id: number, readonly result: unknown }
  | { readonly id: number, readonly error: string }
  /** Rows of a file that are scored. */
  | { readonly id: number, readonly progress: number }
