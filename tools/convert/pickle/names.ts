/** Which names may stand in a file, and under which spellings. */
import { KNOWN_CALLS, PANDAS_INDEX } from './calls.js'
import { PickleError } from './pickle-error.js'
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

/** Called for every class or function name as it appears, with the byte where it does; throws to refuse the file. */
export type CheckName = (name: Global, offset: number) => void

/** Called for every call that a file describes, before it becomes data; throws to refuse the file. */
export type CheckCall = (name: Global, args: readonly Value[], offset: number) => void

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
  'builtins.object', 'builtins.int', 'builtins.float', 'builtins.str', 'builtins.bool', 'builtins.complex',
  'builtins.slice', 'builtins.range', PANDAS_INDEX,
  ...['ndarray', 'matrix', 'memmap', 'bool', 'bool_', 'str_', 'object_', 'float16', 'float32', 'float64', 'int8', 'int16',
    'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'intp', 'nan'].map(name => `numpy.${name}`),
  'joblib.numpy_pickle.NumpyArrayWrapper', 'joblib.numpy_pickle.NDArrayWrapper', 'joblib.numpy_pickle.ZNDArrayWrapper',
  'numpy.random._pickle.__randomstate_ctor', 'numpy.random.__RandomState_ctor', 'numpy.random._pickle.__generator_ctor',
  'numpy.random._pickle.__bit_generator_ctor', 'numpy.random.bit_generator.__pyx_unpickle_SeedSequence',
  'numpy.random.bit_generator.SeedSequence', 'numpy.random._mt19937.MT19937', 'numpy.random._pcg64.PCG64'
])

/** A class or function that a model file has no reason to hold, or that this version does not know. */
export class UnknownNameError extends PickleError {
  override name = 'UnknownNameError'

  constructor(offset: number, readonly unknown: Global, hint: string, readonly place?: string) {
    super(
      offset,
      `${unknown.path}${place === undefined ? '' : `, at ${place},`} is not on the list of supported classes ` +
      '(nothing was executed)',
      { hint }
    )
  }
}

/**
 * A check for {@link readPickle} that lets through numpy's and joblib's names and those that `isSupported` knows.
 * @param hint what to tell the reader of the error
 */
export function allowOnly(isSupported: (name: Global) => boolean, hint: string): CheckName {
  return (name, offset) => {
    if (!PLAIN_NAMES.has(name.path) && !isSupported(name)) throw new UnknownNameError(offset, name, hint)
  }
}
