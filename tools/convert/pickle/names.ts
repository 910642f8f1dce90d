/** Which names may stand in a file, and under which spellings. */
import { KNOWN_CALLS, PLAIN_TYPES } from './calls.js'
import { isPandasName } from './pandas.js'
import { PickleError, type Position } from './pickle-error.js'
import { Global, type Value } from './values.js'

/** Python 2's and numpy 2's module names, and joblib as scikit-learn once bundled it. */
const MODULE_ALIASES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^__builtin__$/, 'builtins'],
  [/^copy_reg$/, 'copyreg'],
  [/^numpy\._core(?=\.|$)/, 'numpy.core'],
  [/^sklearn\.externals\.joblib(?=\.|$)/, 'joblib']
]

/** What the name of a module of numpy says of its major version. */
export function numpyMajorOf(module: string): 1 | 2 | undefined {
  return /^numpy\._core(\.|$)/.test(module) ? 2 : /^numpy\.core(\.|$)/.test(module) ? 1 : undefined
}

/**
 * Called for every class or function name as it appears, with the place where it does. It may mark the name as opaque,
 * and throws to refuse the file.
 */
export type CheckName = (name: Global, offset: Position) => void

/** Called for every call that a file describes, before it becomes data; throws to refuse the file. */
export type CheckCall = (name: Global, args: readonly Value[], offset: Position) => void

/** A name in today's spelling. */
export function normalizeGlobal(module: string, name: string): Global {
  for (const [pattern, today] of MODULE_ALIASES) module = module.replace(pattern, today)
  return new Global(module, name === 'xrange' && module === 'builtins' ? 'range' : name)
}

/**
 * Names that every model file may hold and that stay names: the types of numpy's arrays and scalars, joblib's
 * placeholders, and random states, of which nothing is read.
 */
const PLAIN_NAMES = new Set([
  ...KNOWN_CALLS,
  ...[...PLAIN_TYPES].map(name => `builtins.${name}`),
  ...['ndarray', 'matrix', 'memmap', 'bool', 'bool_', 'str_', 'object_', 'float16', 'float32', 'float64', 'int8', 'int16',
    'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'intp', 'nan'].map(name => `numpy.${name}`),
  'joblib.numpy_pickle.NumpyArrayWrapper', 'joblib.numpy_pickle.NDArrayWrapper', 'joblib.numpy_pickle.ZNDArrayWrapper',
  'numpy.random._pickle.__randomstate_ctor', 'numpy.random.__RandomState_ctor', 'numpy.random._pickle.__generator_ctor',
  'numpy.random._pickle.__bit_generator_ctor', 'numpy.random.bit_generator.__pyx_unpickle_SeedSequence',
  'numpy.random.mtrand.RandomState', 'numpy.random._generator.Generator',
  'numpy.random.bit_generator.SeedSequence', 'numpy.random._mt19937.MT19937', 'numpy.random._pcg64.PCG64'
])

/** Modules of Python's own that reach what is outside the file. No model has a reason to name one. */
const REFUSED_MODULES = new Set([
  '_pickle', 'asyncio', 'bdb', 'code', 'codeop', 'commands', 'ctypes', 'ftplib', 'http', 'imp', 'importlib', 'io', 'marshal',
  'multiprocessing', 'nt', 'os', 'pdb', 'pickle', 'pip', 'pkgutil', 'platform', 'popen2', 'posix', 'profile', 'pty', 'requests',
  'runpy', 'shelve', 'shutil', 'smtplib', 'socket', 'subprocess', 'sys', 'telnetlib', 'timeit', 'trace', 'urllib', 'urllib2',
  'webbrowser'
])

const REFUSED_BUILTINS = new Set([
  '__import__', 'apply', 'breakpoint', 'compile', 'delattr', 'eval', 'exec', 'execfile', 'exit', 'file', 'getattr', 'globals',
  'input', 'locals', 'open', 'quit', 'setattr', 'vars'
])

/** A name that a file has only in order to do something, or that stands where nothing unknown may. */
export class UnknownNameError extends PickleError {
  override name = 'UnknownNameError'

  constructor(offset: Position, readonly unknown: Global, hint: string, readonly place?: string) {
    super(
      offset,
      `${unknown.path}${place === undefined ? '' : `, at ${place},`} has no place in the file of a model (nothing was executed)`,
      { hint }
    )
  }
}

const REFUSED = 'To open the file in Python could run code of its author: ask where it came from. npm run inspect shows what is in it.'

/**
 * A check for {@link readPickle} that knows numpy's, joblib's and pandas' names and those of `isSupported`, refuses
 * those that reach for the machine, and lets all others stand as opaque: names of which nothing can be made. A file
 * may keep such a name where prediction does not come by; whoever reads one there must refuse it.
 */
export function keepUnknownOpaque(isSupported: (name: Global) => boolean): CheckName {
  return (name, offset) => {
    if (isPlainName(name) || isSupported(name)) return
    if (isRefused(name)) throw new UnknownNameError(offset, name, REFUSED)
    name.opaque = true
  }
}

/** Whether a name is one of numpy's, joblib's or pandas' that every model file may hold. */
export function isPlainName(name: Global): boolean {
  return PLAIN_NAMES.has(name.path) || isPandasName(name)
}

/** Python follows dots in a name from object to object, and so out of any module: sklearn.x and "os.system". */
function isRefused({ module, name }: Global): boolean {
  if (module === 'builtins' && REFUSED_BUILTINS.has(name.split('.', 1)[0])) return true
  return REFUSED_MODULES.has(module.split('.', 1)[0]) ||
    (name.includes('.') && name.split('.').some(part => part.startsWith('__') || REFUSED_MODULES.has(part)))
}
