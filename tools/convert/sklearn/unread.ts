/**
 * Names that stand in the files of fitted models and are never looked into: what a model was trained, chosen and
 * measured with. They stay names.
 */
import { UnknownNameError } from '../pickle/names.js'
import type { CheckCall } from '../pickle/names.js'
import { Instance, opaqueName, type Global } from '../pickle/values.js'

const UNREAD: readonly RegExp[] = [
  // Losses and their links, and what Cython calls their cores: their module's name without its package.
  /^sklearn\.(_loss|ensemble\._gb_losses|ensemble\._hist_gradient_boosting)\./,
  /^_loss\.(__pyx_unpickle_)?Cy[A-Za-z]+$/,
  // What early stopping and searches were measured by.
  /^sklearn\.metrics\._scorer\._\w*[Ss]corer$/,
  /^sklearn\.metrics\._(classification|ranking|regression)\.\w+_(corrcoef|deviance|error|loss|score)$/,
  // How searches split the rows, and what they drew parameters from; the table of their results.
  /^sklearn\.model_selection\._split\.\w+$/,
  /^scipy\.stats\.(_continuous_distns|_discrete_distns)\.\w+_gen$/,
  /^scipy\.stats\._distn_infrastructure\.rv_(continuous|discrete)_frozen$/,
  /^numpy\.(vectorize|ma\.core\._mareconstruct|ma\.core\.MaskedArray|ma\.MaskedArray)$/,
  // imblearn's samplers.
  /^imblearn\.(over_sampling|under_sampling|combine|base|utils)\./,
  // `partial(check_array, ...)`, which HistGradientBoosting keeps around its numeric columns.
  /^(functools\.partial|sklearn\.utils\.validation\.check_array)$/
]

/** Whether a name may stand in a file though no converter reads what it is about. */
export function isUnread({ path }: Global): boolean {
  return UNREAD.some(pattern => pattern.test(path))
}

/** How Python writes a bound method: `getattr(object, name)`. */
export const METHOD = 'builtins.getattr'

/**
 * The methods that stand in files, and the classes whose they are: HistGradientBoosting with a scorer, since
 * scikit-learn 1.4, and scipy's discrete distributions.
 */
const METHODS: ReadonlyMap<string, RegExp> = new Map([
  ['_raw_predict', /^sklearn\.ensemble\._hist_gradient_boosting\.gradient_boosting\.HistGradientBoosting(Classifier|Regressor)$/],
  ['_entropy', /^scipy\.stats\._discrete_distns\.\w+_gen$/]
])

/**
 * Lets `getattr` through for the methods above, and for those of objects of which nothing is known; what it gives is as
 * opaque as they are. Throws for any other use.
 */
export const checkMethod: CheckCall = (name, args, offset) => {
  if (name.path !== METHOD) return
  const [object, method] = args
  if (args.length === 2 && typeof method === 'string' && opaqueName(object) !== undefined) return
  const owner = args.length === 2 && typeof method === 'string' ? METHODS.get(method) : undefined
  if (owner !== undefined && object instanceof Instance && owner.test(object.type.path)) return
  throw new UnknownNameError(offset, name, 'Only methods that fitted models keep unread may be there.')
}
