/** What `recall-ml/core` loads with a model that not only has what most models have. */
export { ALL_KINDS } from '../src/model/all-kinds.js'
export { checkContent } from '../src/model/check-content.js'
