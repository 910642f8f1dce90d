/** The tensors that a model answers with, called what scikit-learn calls its methods. */
import type { Label, Model, Prediction } from '../../model/types.js'
import { finite } from '../rows/finite.js'

/** Longest text of a number in JSON, with the comma after it. */
const NUMBER_LENGTH = 26

/** Datatypes of answers. */
type OutputDatatype = 'BOOL' | 'INT64' | 'FP64' | 'BYTES'

/** One output of a model. */
export interface OutputForm {
  readonly name: string
  readonly datatype: OutputDatatype
  /** Values of a row in a tensor of shape [N, columns]; undefined for the shape [N]. */
  readonly columns: number | undefined
  /** For an output of classes, the labels of each of the row's values, as they are written. */
  readonly labels: ReadonlyArray<readonly WrittenLabel[]> | undefined
  /** Where the row's numbers begin in the prediction's values. */
  readonly start: number
  /** Bytes of a row in an answer, at most. */
  readonly rowBytes: number
}

interface WrittenLabel {
  readonly text: string
  readonly bytes: Buffer
}

/**
 * `predict` of every model. `predict_proba` of a classifier with probabilities, and `predict_proba_0`,
 * `predict_proba_1`, ... of one with several outputs, since scikit-learn gives a list then. `score_samples` and
 * `decision_function` of an outlier detector, and the latter of a classifier that has it instead of probabilities.
 */
export function listOutputForms({ task, outputs, classNumbers }: Model): OutputForm[] {
  const single = outputs.length === 1
  const columns = single ? undefined : outputs.length
  if (task === 'regressor') return [numbers('predict', columns, 0)]
  const labels = outputs.map(output => output.classes ?? [])
  const predict = classes(labels, columns)
  if (task === 'outlier-detector') {
    return [predict, numbers('score_samples', undefined, 0), numbers('decision_function', undefined, 1)]
  }
  if (classNumbers === 'decisions') {
    // Of two classes scikit-learn gives the second one's alone.
    const [{ length }] = labels
    return [predict, length === 2 ? numbers('decision_function', undefined, 1) : numbers('decision_function', length, 0)]
  }
  if (classNumbers === undefined) return [predict]
  let start = 0
  return [predict, ...labels.map(({ length }, i) => {
    const form = numbers(single ? 'predict_proba' : `predict_proba_${i}`, length, start)
    start += length
    return form
  })]
}

function numbers(name: string, columns: number | undefined, start: number): OutputForm {
  return { name, datatype: 'FP64', columns, labels: undefined, start, rowBytes: (columns ?? 1) * NUMBER_LENGTH }
}

function classes(labels: ReadonlyArray<readonly Label[]>, columns: number | undefined): OutputForm {
  const datatype = datatypeOfLabels(labels.flat())
  const written = labels.map(column => column.map(label => writeLabel(label, datatype)))
  // A comma in JSON.
  const longest = written.flat().reduce((most, { text, bytes }) =>
    Math.max(most, Buffer.byteLength(text) + 1, bytes.length), 0)
  return { name: 'predict', datatype, columns, labels: written, start: 0, rowBytes: (columns ?? 1) * longest }
}

/** What holds all of the labels; those of several kinds are text. */
function datatypeOfLabels(labels: readonly Label[]): OutputDatatype {
  if (labels.every(label => typeof label === 'boolean')) return 'BOOL'
  if (labels.every(label => Number.isSafeInteger(label))) return 'INT64'
  return labels.every(label => typeof label === 'number') ? 'FP64' : 'BYTES'
}

/** Collects the values of an output, row after row. */
export interface Writer {
  readonly form: OutputForm
  /** Whether it makes a binary tensor; else the elements of a JSON list, with commas between them. */
  readonly isBinary: boolean
  /**
   * Reads the prediction at once: the model's next row overwrites it.
   * @throws Error for a number that is not finite
   */
  add(prediction: Prediction): void
  /** Bytes so far. */
  length(): number
  finish(): readonly Buffer[]
}

/** Text is turned into bytes when it is so long: a text made of a million parts takes many times its own length. */
const CHUNK = 2 ** 14

/** Elements in JSON. */
export function textWriter(form: OutputForm): Writer {
  const { labels } = form
  const chunks: Buffer[] = []
  let text = ''
  let written = 0
  const append = (element: string) => {
    text += text === '' && chunks.length === 0 ? element : `,${element}`
    if (text.length < CHUNK) return
    written += chunks[chunks.push(Buffer.from(text)) - 1].length
    text = ''
  }
  return {
    form,
    isBinary: false,
    // JSON.stringify, since V8 would keep a text that it makes of a number by itself.
    add: labels === undefined
      ? ({ values }) => eachNumber(form, values, value => append(JSON.stringify(value)))
      : ({ classIndexes }) => labels.forEach((column, i) => append(column[classIndexes[i]].text)),
    length: () => written + text.length,
    finish: () => [...chunks, Buffer.from(text)]
  }
}

/** Elements as bytes, low bytes first. */
export function bytesWriter(form: OutputForm): Writer {
  const { labels } = form
  const chunks: Buffer[] = []
  let chunk = Buffer.allocUnsafe(CHUNK)
  let end = 0
  let written = 0
  const makeRoom = (size: number) => {
    if (end + size <= chunk.length) return
    chunks.push(chunk.subarray(0, end))
    written += end
    chunk = Buffer.allocUnsafe(Math.max(CHUNK, size))
    end = 0
  }
  const appendNumber = (value: number) => {
    makeRoom(8)
    end = chunk.writeDoubleLE(value, end)
  }
  const appendBytes = (bytes: Buffer) => {
    makeRoom(bytes.length)
    end += bytes.copy(chunk, end)
  }
  return {
    form,
    isBinary: true,
    add: labels === undefined
      ? ({ values }) => eachNumber(form, values, appendNumber)
      : ({ classIndexes }) => labels.forEach((column, i) => appendBytes(column[classIndexes[i]].bytes)),
    length: () => written + end,
    finish: () => [...chunks, chunk.subarray(0, end)]
  }
}

function eachNumber(form: OutputForm, values: Float64Array, use: (value: number) => void): void {
  const { name, columns = 1, start } = form
  for (let i = start; i < start + columns; i++) use(finite(values[i], name))
}

function writeLabel(label: Label, datatype: OutputDatatype): WrittenLabel {
  const text = JSON.stringify(datatype === 'BYTES' ? String(label) : label)
  return { text, bytes: encodeLabel(label, datatype) }
}

function encodeLabel(label: Label, datatype: OutputDatatype): Buffer {
  if (datatype === 'BOOL') return Buffer.from([Number(label)])
  const bytes = Buffer.alloc(8)
  if (datatype === 'INT64') bytes.writeBigInt64LE(BigInt(label))
  else if (datatype === 'FP64') bytes.writeDoubleLE(Number(label))
  else {
    const text = Buffer.from(String(label))
    bytes.writeUInt32LE(text.length)
    return Buffer.concat([bytes.subarray(0, 4), text])
  }
  return bytes
}
