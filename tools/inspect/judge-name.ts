/** What to think of a class or function that a file names. */
import type { Global } from '../convert/pickle/values.js'
import { isKnownName } from '../convert/registry/registry.js'

/** `supported` by convert; `unsupported`, but of a library that models are made with; or `dangerous`. */
export type Support = 'supported' | 'unsupported' | 'dangerous'

/** Libraries whose classes real models hold. Their functions are another matter: some run what they are given. */
const LIBRARIES = new Set([
  'catboost', 'category_encoders', 'feature_engine', 'imblearn', 'joblib', 'lightgbm', 'mlxtend', 'numpy', 'pandas',
  'scipy', 'sklearn', 'sklearn_pandas', 'xgboost'
])

/** Harmless values of Python's own library. */
const PLAIN = new RegExp(`^(${[
  '_codecs\\.encode', 'builtins\\.(NoneType|memoryview|property|range|type)', 'collections\\.(ChainMap|Counter|deque)',
  'copyreg\\.(__newobj__|__newobj_ex__|_reconstructor)', 'datetime\\.\\w+', 'decimal\\.Decimal', 'enum\\.\\w+',
  'fractions\\.Fraction', 'functools\\.partial', 'pathlib\\.\\w*Path', 'uuid\\.UUID'
].join('|')})$`)

/** Functions of those libraries that do no more than put an object together. */
const REBUILDS = /^(__pyx_unpickle_\w+|_+\w*(reconstruct|unpickle|ctor)\w*|_new_\w+|new_block)$/

/**
 * The rule, for whoever would open the file in Python: a name is dangerous unless convert knows it, or it is a class of
 * a known library, or a function of one that the file only mentions and does not call. It cannot be a promise: a
 * class of a known library may do harm too.
 * @param called whether the file calls or instantiates it, rather than keeping it as a value
 */
export function judgeName(name: Global, called: boolean): Support {
  if (isKnownName(name)) return 'supported'
  if (PLAIN.test(name.path)) return 'unsupported'
  // Python follows dots in a name from object to object, and so out of any module: sklearn.x and "os.system".
  if (!LIBRARIES.has(name.module.split('.', 1)[0]) || name.name.includes('.')) return 'dangerous'
  return !called || /^_*[A-Z]/.test(name.name) || REBUILDS.test(name.name) ? 'unsupported' : 'dangerous'
}
