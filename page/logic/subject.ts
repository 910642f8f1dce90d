/** What can be tried. */
import type { Label } from '../../library/core.js'
import type { PageModel } from '../../src/http/page/page-settings.js'
import type { ModelInfo } from './types.js'

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
