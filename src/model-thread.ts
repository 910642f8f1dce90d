/** A thread that answers questions about models: the other end of `ModelThreads`. */
import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import {
  createExplainer, createReferenceExplainer, NotAdditiveError, type Explainer, type Explanation, type Factor,
  type ReferenceExplainer
} from '../library/explain.js'
import { createWhatIf, LateError, type WhatIf } from '../library/what-if.js'
import type { Dump } from './dump/dump.js'
import { InputError } from './errors/input-error.js'
import { createPhrases } from './explain/phrases.js'
import { identifyDump } from './model/digest.js'
import { readDump } from './model/registry.js'
import type { Row } from './model/types.js'
import {
  NOT_EXPLAINED, TOO_LONG, type DumpReference, type ExplainedRow, type ExplainQuestion, type Failure, type TaskKind,
  type TaskMessage, type TaskOutcome, type Tasks, type WhatIfQuestion
} from './threads/protocol.js'

const port = parentPort
if (port === null) throw new Error('this module is a thread, not a program')

/**
 * How much less a thread like this one counts than the one that serves, where they compete for a core: nobody waits for
 * an explanation as others do for their predictions. On Linux a thread has a priority of its own, elsewhere it would be
 * that of the process.
 */
const NICE = 10
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + NICE))

/**
 * Sizes of the dumps whose models are kept, in bytes together: parsed, and with the tables of its paths, one takes many
 * times as much.
 */
const KEPT_BYTES = 64 * 2 ** 20

/**
 * Fields of a row that may differ from those of the one that it is compared with. It bounds what one comparison asks:
 * some 8,200 predictions.
 */
const MOST_DIFFERING = 256

/** How each kind of question is answered. */
const ANSWERS: {
  readonly [Kind in TaskKind]: (model: ThreadModel, question: Tasks[Kind]['question']) => Tasks[Kind]['answer']
} = {
  explain: explainRows,
  'what-if': answerWhatIf
}

/** Most characters of an answer: a curve may have a piece per threshold, and each a number per class. */
const MOST_TEXT = 8 * 2 ** 20

/** The answer is longer than anybody reads. */
class TooLongError extends Error {}

/** The dump on the disk is another one than the service has loaded. */
class ChangedDumpError extends Error {}

/** A model as a thread has it. What is made of its dump is made when it is first asked for, and kept. */
class ThreadModel {
  private explainer: Explainer | NotAdditiveError | undefined
  private referenceExplainer: ReferenceExplainer | undefined
  private whatIf: WhatIf | undefined

  constructor(readonly digest: string, readonly bytes: number, readonly dump: Dump) {}

  /** @throws NotAdditiveError */
  explain(): Explainer {
    this.explainer ??= this.createExplainer()
    if (this.explainer instanceof NotAdditiveError) throw this.explainer
    return this.explainer
  }

  /** What any model has. */
  compare(): ReferenceExplainer {
    return this.referenceExplainer ??= createReferenceExplainer(this.dump)
  }

  openWhatIf(): WhatIf {
    return this.whatIf ??= createWhatIf(this.dump)
  }

  private createExplainer(): Explainer | NotAdditiveError {
    try {
      return createExplainer(this.dump)
    } catch (error) {
      if (error instanceof NotAdditiveError) return error
      throw error
    }
  }
}

/** By path, the one that was asked about last at the end. */
const models = new Map<string, ThreadModel>()

async function findModel({ name, path, digest }: DumpReference): Promise<ThreadModel> {
  const known = models.get(path)
  models.delete(path)
  const model = known?.digest === digest ? known : await readModel({ name, path, digest })
  models.set(path, model)
  let bytes = 0
  for (const [other, { bytes: own }] of [...models].reverse()) {
    bytes += own
    if (bytes > KEPT_BYTES && other !== path) models.delete(other)
  }
  return model
}

async function readModel({ name, path, digest }: DumpReference): Promise<ThreadModel> {
  const read = await readDump(path, name, dump => dump)
  if ('reason' in read) throw new ChangedDumpError(read.reason)
  if (identifyDump(read.made) !== digest) {
    throw new ChangedDumpError(`the dump of ${name} is another one than the service has loaded`)
  }
  return new ThreadModel(digest, read.bytes, read.made)
}

function explainRows(
  model: ThreadModel, { rows, language, isRisk, reference, ...options }: ExplainQuestion
): ExplainedRow[] {
  const explain = reference === undefined
    ? explainAlone(model.explain(), options) : explainBeside(model, reference, options)
  const phrase = createPhrases(model.dump.inputs, language, isRisk)
  return rows.map(row => {
    try {
      const found = explain(row)
      const { space, instead, label, against, base, value, rest } = found
      const factors = phrase(found).map(factor => factor.interactions === undefined ? factor
        : { ...factor, interactions: factor.interactions.slice(0, options.top) })
      assertFinite(base, value, rest, ...factors.flatMap(listNumbers))
      return { json: JSON.stringify({ space, instead, label, against, base, value, factors, rest }) }
    } catch (error) {
      return { failure: describeFailure(error) }
    }
  })
}

type Options = Omit<ExplainQuestion, 'rows' | 'language' | 'isRisk' | 'reference'>

function explainAlone(explainer: Explainer, options: Options): (row: Row) => Explanation {
  return row => explainer.explain(row, options)
}

/** @throws InputError, from what it returns, where too much would have to be predicted */
function explainBeside(model: ThreadModel, reference: Row, options: Options): (row: Row) => Explanation {
  const explainer = model.compare()
  return row => {
    const differing = model.dump.inputs.filter(({ name }) => !Object.is(row[name], reference[name])).length
    if (differing > MOST_DIFFERING) {
      const expected = `a row that differs in ${MOST_DIFFERING} fields at most`
      throw new InputError([{ field: 'reference', expected, received: `one that differs in ${differing}` }])
    }
    return explainer.explain(row, { ...options, reference })
  }
}

function listNumbers({ contribution, main = 0, standardError = 0, interactions = [] }: Factor): number[] {
  return [contribution, main, standardError, ...interactions.map(own => own.contribution)]
}

/** @throws InputError naming options and fields that cannot be used; LateError; TooLongError */
function answerWhatIf(model: ThreadModel, { row, ask, field, options, maxMs }: WhatIfQuestion): string {
  const whatIf = model.openWhatIf()
  const limited = { ...options, maxMs }
  const found = ask === 'curve' ? whatIf.curve(row, field as string, limited) : whatIf[ask](row, limited)
  assertAllFinite(found)
  const json = JSON.stringify(found)
  if (json.length > MOST_TEXT) throw new TooLongError(`its answer has more than ${MOST_TEXT} characters: narrow the bounds`)
  return json
}

/** JSON would have null for them, and the caller would never know. @throws Error */
function assertFinite(...numbers: readonly number[]): void {
  if (!numbers.every(Number.isFinite)) throw new Error('a number of an answer is not finite')
}

function assertAllFinite(value: unknown): void {
  if (typeof value === 'number') assertFinite(value)
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) assertAllFinite(one)
}

function describeFailure(error: unknown): Failure {
  if (error instanceof InputError) return { kind: 'input', problems: error.problems }
  if (error instanceof NotAdditiveError) return { kind: 'unsuitable', message: `${NOT_EXPLAINED}: ${error.message}` }
  if (error instanceof LateError || error instanceof TooLongError) {
    return { kind: 'unsuitable', message: `${TOO_LONG}: ${error.message}` }
  }
  if (error instanceof ChangedDumpError) {
    return { kind: 'changed', message: `${error.message}: start the service again once the dump is right` }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'unexpected', message, stack }
}

async function answer<Kind extends TaskKind>({ kind, dump, question }: TaskMessage<Kind>): Promise<TaskOutcome<Kind>> {
  try {
    return { answer: ANSWERS[kind](await findModel(dump), question) }
  } catch (error) {
    return { failure: describeFailure(error) }
  }
}

port.on('message', (message: TaskMessage) => {
  void answer(message).then(outcome => port.postMessage(outcome))
})
