/** Models as the page has them: what it knows of each, and how a row is answered. */
import { createModel, InputError, type Answer, type FieldProblem, type Model } from '../../library/core.js'
import type { PageModel, PageSettings } from '../../src/http/page/page-settings.js'
import { classOfLeaving } from '../logic/read-answer.js'
import { ServiceError, type Service } from './ask-service.js'
import type { Subject, SubjectModel } from './protocol.js'
import type { ModelInfo, Row } from './types.js'

/** What came of a row. */
export type RowAnswer = { readonly answer: Answer } | { readonly message: string, readonly problems: readonly FieldProblem[] }

export interface OpenModel extends SubjectModel {
  /** Rows that the model is known to take. */
  readonly known: readonly Row[]
  /** At once, where the page computes it. */
  readonly compute: ((row: Row) => RowAnswer) | undefined
  readonly ask: (row: Row) => Promise<RowAnswer>
}

export interface Models {
  /** Those that can be tried, by the id in the address. */
  readonly subjects: readonly string[]
  open(name: string): Promise<OpenModel>
  info(name: string): Promise<ModelInfo>
  /** Opens the models of a subject; the models with routes of their own together are {@link TOGETHER}. */
  openSubject(id: string): Promise<OpenSubject>
}

export interface OpenSubject extends Subject {
  readonly models: readonly OpenModel[]
  /** Some of the rows that the models are known to take. */
  readonly samples: readonly Row[]
}

/** The subject of the models with routes of their own. */
export const TOGETHER = 'customer'

const OFFERS = 'recommend'
const RISK = 'predict'

/** Most rows that a form has to choose from. */
const SAMPLES = 12

export function createModels({ models }: PageSettings, service: Service): Models {
  const opened = new Map<string, Promise<OpenModel>>()
  const infos = new Map<string, Promise<ModelInfo>>()
  const together = models.filter(({ route }) => route !== undefined)
  const others = models.map(({ name }) => name)
  const keep = async <T>(kept: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> => {
    let made = kept.get(name)
    if (made === undefined) {
      made = make()
      kept.set(name, made)
      made.catch(() => kept.delete(name))
    }
    return made
  }
  const info = async (name: string) => keep(infos, name, async () => service.info(name))
  const open = async (name: string) => keep(opened, name, async () => {
    const model = models.find(one => one.name === name)
    if (model === undefined) throw new ServiceError(`no model is called ${JSON.stringify(name)}`)
    return openModel(model, await info(name), service)
  })
  return {
    subjects: [...together.length > 0 ? [TOGETHER] : [], ...others],
    open,
    info,
    async openSubject(id) {
      const isTogether = id === TOGETHER && together.length > 0
      const list = await Promise.all((isTogether ? together.map(({ name }) => name) : [id]).map(open))
      const risk = isTogether ? list.find(({ route }) => route === RISK) : undefined
      const label = classOfLeaving(risk?.info.outputs[0].classes)
      return {
        id,
        models: list,
        offers: isTogether ? list.find(({ route }) => route === OFFERS) : undefined,
        risk: risk === undefined || label === undefined ? undefined : { ...risk, label },
        samples: list.flatMap(({ known }) => known.slice(0, SAMPLES / list.length))
      }
    }
  }
}

async function openModel(model: PageModel, info: ModelInfo, service: Service): Promise<OpenModel> {
  const { name, local } = model
  if (!local) {
    const example = Object.fromEntries(info.inputs.map(input => [input.name, 'example' in input ? input.example ?? null : null]))
    return { ...model, info, known: [example], compute: undefined, ask: async row => askService(service, name, row) }
  }
  const dump = await service.dump(name)
  const compiled = createModel(dump)
  const compute = (row: Row) => computeAnswer(compiled, row)
  return { ...model, info, known: listKnown(dump, compiled), compute, ask: async row => Promise.resolve(compute(row)) }
}

/** The example first, then other golden rows, which the model is proven to take. */
function listKnown(dump: unknown, { example, inputs }: Model): Row[] {
  const golden = (dump as { golden: ReadonlyArray<{ input: Row }> }).golden.map(({ input }) => input)
  const rows = [...example === undefined ? [] : [example], ...golden].map(row =>
    Object.fromEntries(inputs.map(({ name }) => [name, row[name] ?? null])))
  const distinct = new Map(rows.map(row => [JSON.stringify(row), row]))
  return [...distinct.values()]
}

function computeAnswer(model: Model, row: Row): RowAnswer {
  try {
    return { answer: model.predict(row) }
  } catch (error) {
    if (error instanceof InputError) return { message: error.message, problems: error.problems }
    throw error
  }
}

async function askService(service: Service, name: string, row: Row): Promise<RowAnswer> {
  try {
    return { answer: await service.predict(name, row) }
  } catch (error) {
    const { message, problems } = error instanceof ServiceError ? error : new ServiceError(String(error))
    return { message, problems }
  }
}
