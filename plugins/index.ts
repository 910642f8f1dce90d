/** The models that have routes of their own. One more is a file beside this one, and a row here. */
import type { FirstClassModel } from '../src/http/routes/first-class.js'
import { churn } from './churn.js'
import { recommend } from './recommend.js'

/** In the order of the OpenAPI document. */
export const FIRST_CLASS_MODELS: readonly FirstClassModel[] = [recommend, churn]
