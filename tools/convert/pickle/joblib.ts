/**
 * joblib's inline arrays: a placeholder object in the pickle stream, followed at once by the array's raw bytes, or by
 * a complete pickle of its own when the elements are objects.
 * Source: https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py
 */
import type { Cursor } from './cursor.js'
import { ConvertError } from '../errors/convert-error.js'
import { DType, NdArray, readShape } from './numpy.js'
import { Instance, describeValue, type Global, type Value } from './values.js'

/** Whether an instance, once BUILD has given it its state, stands for array bytes that follow. */
export function isArrayWrapper(value: Value): value is Instance {
  return value instanceof Instance && value.type.path === 'joblib.numpy_pickle.NumpyArrayWrapper'
}

/** joblib before 0.10 kept arrays in companion files, which one file alone does not have. */
export function assertNoCompanionFiles(type: Global, state: Value): void {
  if (!/^joblib\.numpy_pickle\.Z?NDArrayWrapper$/.test(type.path)) return
  const filename = new Instance(type, [])
  filename.state = state
  throw new ConvertError(
    `an array is kept in the companion file ${describeValue(filename.get('filename'))}, as joblib before 0.10 did`,
    { hint: 'Re-save it in one file: joblib.dump(joblib.load("model.pkl"), "model-new.pkl") with joblib 0.10 or newer.' }
  )
}

/**
 * The array behind a wrapper; leaves the cursor behind the array's bytes.
 * @param readNested reads one complete pickle at the cursor
 */
export function readWrappedArray(wrapper: Instance, cursor: Cursor, readNested: () => Value): NdArray {
  const dtype = wrapper.get('dtype')
  if (!(dtype instanceof DType)) throw new ConvertError(`a joblib array whose dtype is ${describeValue(dtype)}`)
  if (dtype.isObject) {
    const nested = readNested()
    if (!(nested instanceof NdArray)) {
      throw new ConvertError(`expected an array of objects after a joblib wrapper, found ${describeValue(nested)}`)
    }
    return nested
  }
  // The writer pads to its own file position, which need not be ours: the count of bytes to skip is always read.
  const alignment = wrapper.get('numpy_array_alignment_bytes')
  if (alignment !== undefined && alignment !== null) cursor.slice(cursor.u8())
  const shape = wrapper.get('shape')
  const data = cursor.slice(readShape(shape).reduce((product, length) => product * length, dtype.itemsize))
  return new NdArray().build(shape, dtype, wrapper.get('order') === 'F', data)
}
