/** Inference: from a checked request to the tensors of its answer. */
import type { Config } from '../../config.js'
import { InputError, type Model, type Row, type RowResult } from '../../model/types.js'
import { unrelatedRowError } from '../../model/unrelated-row.js'
import { MAX_ANSWER_BYTES } from '../bodies/in-flight.js'
import { buildBodySchema } from '../rows/input-schema.js'
import type { CountRows, Metrics } from '../observability/metrics.js'
import { BODY } from '../shared/problems.js'
import { nextSlice, SLICE_MS } from '../shared/slices.js'
import { compileRowCheck } from '../rows/validator.js'
import { DataList } from './data-list.js'
import { LongDocument } from './long-document.js'
import { MODEL_VERSION } from './metadata.js'
import { bytesWriter, listOutputForms, textWriter, type OutputForm, type Writer } from './outputs.js'
import { readRequest, fail, type InferBody, type InferRequest, type RequestedOutput } from './request.js'
import { toRows, type Rows } from './rows.js'
import type { Statistics } from './statistics.js'
import { readTensors } from './tensors.js'

/**
 * A look at the clock costs as much as a small row, and a large row more than a slice: rows from one look to the next
 * double for as long as they take less than this, in milliseconds.
 */
const MAX_LOOK_MS = SLICE_MS / 8

/** Whoever waits for an answer. */
export interface Caller {
  /** Whether nobody does any more: then the work ends. */
  readonly isGone: () => boolean
  /**
   * Told how many more bytes the request takes, for its values and its answer.
   * @throws Refusal when there is no room for them
   */
  readonly hold: (bytes: number) => void
}

/** What goes back to the caller. */
export interface InferAnswer {
  readonly body: Buffer
  /** Length of the JSON document in `body`, when the bytes of tensors follow it. */
  readonly documentLength: number | undefined
}

/** A model with what its inferences need. */
export class Inference {
  private readonly forms: readonly OutputForm[]
  private readonly check: (row: unknown) => Row
  private readonly countRows: CountRows

  /** @param name that the model has in paths */
  constructor(
    private readonly name: string,
    private readonly model: Model,
    { strictInput }: Config,
    private readonly statistics: Statistics,
    private readonly metrics: Metrics
  ) {
    this.forms = listOutputForms(model)
    this.check = compileRowCheck(buildBodySchema(model, 'InferRow', strictInput))
    this.countRows = metrics.rowCounter(name, 'open_inference')
  }

  /**
   * Answers a request, in slices of work between those of others, and counts it and its rows. All of them are answered
   * or none: where one spoils the request, it is the one that counts as bad.
   * @returns undefined when the caller has gone
   * @throws InputError naming the first thing, or the first row, that cannot be used; Refusal, as `hold` does
   */
  async answer(body: InferBody, { isGone, hold }: Caller): Promise<InferAnswer | undefined> {
    const start = performance.now()
    try {
      const { document } = body
      const request = readRequest(document instanceof LongDocument ? await document.read() : document)
      hold(body.heldBytes + heldBytes(request))
      const rows = toRows(this.model, readTensors(request.inputs, body.tail))
      const writers = this.openWriters(request, rows.length)
      const defaulted = new Map<string, number>()
      const begun = performance.now()
      const infer = await this.runRows(rows, writers, defaulted, { isGone, hold }).catch((error: unknown) => {
        this.countRows(0, 1)
        throw error
      })
      if (infer === undefined) {
        this.statistics.countFailure(performance.now() - start)
        return undefined
      }
      const done = performance.now()
      const answer = this.write(request, rows.length, writers, defaulted)
      for (const [field, count] of defaulted) this.metrics.countDefaulted(this.name, [field], count)
      this.countRows(rows.length, 0)
      const end = performance.now()
      const times = { input: begun - start, infer, output: end - done, total: end - start }
      this.statistics.countSuccess(rows.length, times)
      return answer
    } catch (error) {
      this.statistics.countFailure(performance.now() - start)
      throw error
    }
  }

  private openWriters({ outputs, parameters }: InferRequest, nRows: number): Writer[] {
    const isBinary = ({ parameters: own }: RequestedOutput) => own.binary_data ?? parameters.binary_data_output
    const requested = outputs ?? this.forms.map(({ name }) => ({ name, parameters: {} }))
    const chosen = requested.map((output, i) => [this.findForm(output, i), isBinary(output) === true] as const)
    const rowBytes = chosen.reduce((sum, [form]) => sum + form.rowBytes, 0)
    const most = Math.floor(MAX_ANSWER_BYTES / rowBytes)
    if (nRows > most) fail('inputs[0].shape[0]', `at most ${most} rows, whose answer takes ${MAX_ANSWER_BYTES} bytes`, nRows)
    return chosen.map(([form, binary]) => binary ? bytesWriter(form) : textWriter(form))
  }

  private findForm({ name, parameters }: RequestedOutput, i: number): OutputForm {
    const form = this.forms.find(candidate => candidate.name === name)
    if (form === undefined) fail(`outputs[${i}].name`, `one of ${this.forms.map(known => known.name).join(', ')}`, name)
    for (const key of ['classification', 'shared_memory_region']) {
      if (key in parameters) fail(`outputs[${i}].parameters.${key}`, 'nothing: this extension is not served', parameters[key])
    }
    return form
  }

  /** @returns the milliseconds of work; undefined when the caller has gone */
  private async runRows(
    rows: Rows, writers: readonly Writer[], defaulted: Map<string, number>, { isGone, hold }: Caller
  ): Promise<number | undefined> {
    if (isGone()) return undefined
    let held = 0
    let worked = 0
    let start = performance.now()
    let until = start + SLICE_MS
    let looked = start
    let stride = 1
    let unseen = 0
    const holdAnswers = () => {
      const length = writers.reduce((sum, writer) => sum + writer.length(), 0)
      hold(length - held)
      held = length
    }
    // A value that its datatype does not have names its place itself, and ends the request: it is thrown as an item.
    let row: Row = {}
    function* readRows(): Generator<number> {
      for (let index = 0; index < rows.length; index++) {
        row = rows.at(index)
        yield index
      }
    }
    for (const result of this.model.predictRows(readRows(), () => this.check(row))) {
      if (result !== undefined) this.addRow(rows, result, writers, defaulted)
      // A piece of work without a result may take longer than many rows.
      if (result !== undefined && ++unseen < stride) continue
      const now = performance.now()
      stride = result !== undefined && now - looked < MAX_LOOK_MS ? stride * 2 : 1
      unseen = 0
      looked = now
      if (now < until) continue
      worked += now - start
      holdAnswers()
      until = await nextSlice()
      if (isGone()) return undefined
      start = looked = performance.now()
    }
    holdAnswers()
    return worked + performance.now() - start
  }

  private addRow(
    rows: Rows, result: RowResult<number>, writers: readonly Writer[], defaulted: Map<string, number>
  ): void {
    const { item: index, prediction } = result
    try {
      if (prediction === undefined) throw result.error
      if (result.unrelated !== undefined) throw unrelatedRowError(this.model, result.unrelated, BODY)
      for (const writer of writers) writer.add(prediction)
      for (const field of prediction.defaulted ?? []) defaulted.set(field, (defaulted.get(field) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new InputError(error.problems.map(problem => (
        { ...problem, field: problem.field === BODY ? `row ${index}` : rows.place(problem.field, index) }
      )))
    }
  }

  private write(
    { id }: InferRequest, nRows: number, writers: readonly Writer[], defaulted: ReadonlyMap<string, number>
  ): InferAnswer {
    const head = {
      model_name: this.name,
      model_version: MODEL_VERSION,
      ...(id !== undefined && { id }),
      ...(defaulted.size > 0 && { parameters: { defaulted: JSON.stringify(Object.fromEntries(defaulted)) } })
    }
    const document: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"outputs":[`)]
    const tail: Buffer[] = []
    for (const [i, { form: { name, datatype, columns }, isBinary, ...writer }] of writers.entries()) {
      const data = writer.finish()
      const bytes = data.reduce((sum, { length }) => sum + length, 0)
      const output = {
        name, shape: columns === undefined ? [nRows] : [nRows, columns], datatype,
        ...(isBinary && { parameters: { binary_data_size: bytes } })
      }
      const text = (i > 0 ? ',' : '') + JSON.stringify(output)
      if (isBinary) document.push(Buffer.from(text))
      // The list is put in as text, which it is already.
      else document.push(Buffer.from(`${text.slice(0, -1)},"data":[`), ...data, Buffer.from(']}'))
      if (isBinary) tail.push(...data)
    }
    document.push(Buffer.from(']}'))
    const body = Buffer.concat([...document, ...tail])
    const tailLength = tail.reduce((sum, { length }) => sum + length, 0)
    return { body, documentLength: tail.length === 0 ? undefined : body.length - tailLength }
  }
}

/** Bytes of memory that the values of a request take while it is answered. */
function heldBytes({ inputs }: InferRequest): number {
  return inputs.reduce((sum, { data }) => sum + (data instanceof DataList ? data.heldBytes : 0), 0)
}
