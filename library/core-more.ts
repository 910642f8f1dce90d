/**
 * What `recall-ml/core` loads with a model that has more than most. A file that stands alone, wherever the first one is
 * and whatever that is called there: what both need, such as exp, is in both.
 */
export { ALL_KINDS } from '../src/model/all-kinds.js'
export { checkShape } from '../src/model/check-content.js'
