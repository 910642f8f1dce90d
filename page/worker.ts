/**
 * Thinks for the page: all that takes longer than a frame. It has models of its own, so that moving a slider never waits
 * for it.
 */
import { drawCurve, traceCurve } from './logic/curve.js'
import { findChanges, tryChanges } from './logic/changes.js'
import { scoreFile, type RowResult } from './logic/score-file.js'
import { createService, ServiceError, type Service } from './models/ask-service.js'
import { LocalModel } from './models/local-model.js'
import type { Question, Setup, Thinking, Told } from './models/protocol.js'
import type { Row } from './models/types.js'

/** The scope of a worker, whose types would get in the way of the page's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Setup | Question>) => void
  postMessage: (told: Told) => void
}

class Thinker implements Thinking {
  private readonly service: Service
  private readonly local: ReadonlySet<string>
  private readonly models = new Map<string, Promise<LocalModel>>()
  /** Is told how many rows of a file are done. */
  report: (rows: number) => void = () => {}

  constructor({ base, local }: Setup) {
    this.service = createService(base)
    this.local = new Set(local)
  }

  explain: Thinking['explain'] = async ({ row, target, top }) => {
    if (!this.local.has(target.model)) return { reason: '' }
    return (await this.open(target.model)).explain(row, target, top)
  }

  curve: Thinking['curve'] = async ({ row, target, field }) => drawCurve(this.ask, row, target, field)

  exactCurve: Thinking['exactCurve'] = async ({ row, target, field }) =>
    this.local.has(target.model) ? traceCurve((await this.open(target.model)).whatIf, row, target, field) : undefined

  changes: Thinking['changes'] = async ({ row, target, fields, limits }) =>
    this.local.has(target.model)
      ? findChanges((await this.open(target.model)).whatIf, row, target, fields, limits)
      : tryChanges(this.ask, row, target, fields, limits)

  score: Thinking['score'] = async ({ file, subject, limits }) =>
    scoreFile(file, subject, limits, this.answerRows, this.report)

  prove: Thinking['prove'] = async ({ model }) => (await this.open(model)).prove()

  tree: Thinking['tree'] = async ({ model, tree, depth, row }) => (await this.open(model)).tree(tree, depth, row)

  private readonly answerRows = async (name: string, rows: readonly Row[]): Promise<RowResult[]> => {
    if (this.local.has(name)) {
      const model = await this.open(name)
      return rows.map(row => model.answer(row))
    }
    return (await this.service.predictRows(name, rows)).map(answer =>
      answer instanceof ServiceError ? { problems: answer.problems } : { answer })
  }

  private readonly ask = async (name: string, rows: readonly Row[]) =>
    (await this.answerRows(name, rows)).map(result => 'answer' in result ? result.answer : undefined)

  private async open(name: string): Promise<LocalModel> {
    let model = this.models.get(name)
    if (model === undefined) {
      model = this.service.dump(name).then(dump => new LocalModel(dump))
      this.models.set(name, model)
      model.catch(() => this.models.delete(name))
    }
    return model
  }
}

let thinker: Thinker | undefined

scope.onmessage = ({ data }) => {
  if ('base' in data) {
    thinker = new Thinker(data)
    return
  }
  if (thinker !== undefined) void answer(thinker, data)
}

async function answer(thinker: Thinker, { id, name, asked }: Question): Promise<void> {
  if (name === 'score') thinker.report = progress => scope.postMessage({ id, progress })
  try {
    const think = thinker[name] as (asked: Question['asked']) => Promise<unknown>
    scope.postMessage({ id, result: await think(asked) })
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
}
