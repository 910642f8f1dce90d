import { isCbm, readCbm } from '../convert/catboost/read-cbm.js'
import { isCatboostJson, readCatboostJson } from '../convert/catboost/read-json.js'
import { summarizeCatboost } from '../convert/catboost/summary.js'
import { isBoosterText } from '../convert/lightgbm/read-text.js'
import { summarizeBooster } from '../convert/lightgbm/summary.js'
import { JsonPlace } from '../convert/common/json-place.js'
import { assertNotOnnx, isJsonText, jsonError, type Container } from '../convert/containers/container.js'
import { ConvertError } from '../convert/errors/convert-error.js'
import { PickleError, type Position } from '../convert/pickle/pickle-error.js'
import { readPickle } from '../convert/pickle/read-pickle.js'
import type { Global, Value } from '../convert/pickle/values.js'
import {
  openSkops, openSourceFile, readModelFile, type ModelFile, type OpenedFile, type OpenedSkops
} from '../convert/sources/open-file.js'
import { readJson } from '../convert/sources/read-source-file.js'
import { isOnnx } from '../convert/onnx/model.js'
import { summarizeOnnx } from '../convert/onnx/summary.js'
import { readSkops } from '../convert/skops/read-skops.js'
import { isBooster } from '../convert/xgboost/booster.js'
import { summarizeXgboost } from '../convert/xgboost/summary.js'
import { isUbjson } from '../convert/xgboost/ubjson.js'
import { judgeName, type Support } from './judge-name.js'
import { outlineValue, type OutlineLimits, type OutlineNode } from './outline.js'
import { Survey } from './survey.js'

/** What is known of a model file without converting it. */
export interface Inspection {
  /** Name without its folder. */
  readonly file: string
  readonly bytes: number
  /** Of the file as it is, in hex. */
  readonly sha256: string
  readonly container: Container
  /** What the file is, where it is not a pickle. */
  readonly format?: string
  /** Of a pickle, what the file says; files of protocols 0 and 1 do not. */
  readonly protocol?: number | '0 or 1'
  readonly sklearnVersions: readonly string[]
  /** Dangerous names first, then unsupported ones, then supported classes that the file has instances of. */
  readonly names: readonly NameFound[]
  /** How many names are not in `names` because there are too many. */
  readonly moreNames: number
  readonly tree: OutlineNode
}

/** A class or function that a file names. */
export interface NameFound {
  readonly name: string
  readonly support: Support
  /** Instances, or calls; 0 when it is a mere value. */
  readonly count: number
  /** Where the first one is, such as `model.steps[0]`; undefined when the file names it and then drops it. */
  readonly place?: string
}

export interface InspectOptions {
  /** Levels below the root to show. */
  readonly depth?: number
  /** Shows as much as is reasonable, rather than as is readable. */
  readonly all?: boolean
}

/** A file that cannot be read, with the names that are not supported which came before it stopped making sense. */
export class InspectError extends ConvertError {
  constructor(cause: ConvertError, path: string, readonly names: readonly NameFound[]) {
    super(`${path}: ${cause.problem}`, { cause, ...(cause.hint === undefined ? {} : { hint: cause.hint }) })
  }
}

const MAX_NAME = 1000
const MAX_NAMES = 10_000
const MAX_LISTED = 200

const READABLE = { depth: 8, nodes: 150, children: 40, alike: 3, look: 40_000, items: 8, scan: 2e7 }
const REASONABLE = { depth: 64, nodes: 20_000, children: 10_000, alike: Infinity, look: 10_000, items: 50, scan: 2e8 }

/** The most that `depth` may be: JSON and lines are no deeper than this. */
export const MAX_DEPTH = REASONABLE.depth

/**
 * Reads a file as {@link readPickle} does, with every name let through and none resolved: nothing is executed.
 * @throws InspectError when it is not a pickle, or one that does not make sense
 */
export function inspect(given: ModelFile, options: InspectOptions = {}): Inspection {
  const names = new NameTable()
  try {
    const skops = openSkops(given)
    if (skops !== undefined) return inspectSkops(skops, names, options)
    const { payload, ...opened } = openSourceFile(given)
    if (isBoosterText(payload)) return inspectOther(opened, "LightGBM's text", summarizeBooster(payload), options)
    if (isCbm(payload)) return inspectOther(opened, "CatBoost's .cbm", summarizeCatboost(readCbm(payload)), options)
    if (isOnnx(payload)) return inspectOther(opened, 'ONNX', summarizeOnnx(payload), options)
    const json = readJson(payload)
    if (json !== undefined) {
      const root = new JsonPlace(json)
      if (isCatboostJson(root)) return inspectOther(opened, "CatBoost's JSON", summarizeCatboost(readCatboostJson(root)), options)
      if (!isBooster(root)) throw jsonError('The file')
      const format = isJsonText(payload) ? 'JSON' : isUbjson(payload) ? 'UBJSON' : 'binary format'
      return inspectOther(opened, `XGBoost's ${format}`, summarizeXgboost(json), options)
    }
    assertNotOnnx(payload)
    const root = readPickle(payload, { checkName: (name, offset) => names.add(name, offset), fileBytes: opened.bytes })
    return { ...opened, protocol: payload[0] === 0x80 ? payload[1] : '0 or 1', ...inspectObjects(root, names, options) }
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    throw new InspectError(error, given.name, names.list(new Survey(null)).found)
  }
}

/** The same for a file on the disk. */
export async function inspectFile(path: string, options: InspectOptions = {}): Promise<Inspection> {
  let file: ModelFile
  try {
    file = await readModelFile(path)
  } catch (error) {
    throw error instanceof ConvertError ? new InspectError(error, path, []) : error
  }
  return inspect(file, options)
}

/** The objects of a file of skops are those of a pickle. */
function inspectSkops({ archive, ...opened }: OpenedSkops, names: NameTable, options: InspectOptions): Inspection {
  const root = readSkops(archive, { checkName: (name, place) => names.add(name, place), fileBytes: opened.bytes })
  return { ...opened, format: 'skops', ...inspectObjects(root, names, options) }
}

function inspectObjects(
  root: Value, names: NameTable, options: InspectOptions
): Pick<Inspection, 'sklearnVersions' | 'names' | 'moreNames' | 'tree'> {
  const survey = new Survey(root)
  const { found, more } = names.list(survey)
  const tree = outlineValue(root, chooseLimits(options))
  return { sklearnVersions: survey.sklearnVersions, names: found, moreNames: more, tree }
}

/** A file that is not a pickle, as plain values. */
function inspectOther(
  opened: Omit<OpenedFile, 'payload'>, format: string, root: Value, options: InspectOptions
): Inspection {
  const tree = outlineValue(root, chooseLimits(options))
  return { ...opened, format, sklearnVersions: [], names: [], moreNames: 0, tree }
}

function chooseLimits({ depth, all = false }: InspectOptions): OutlineLimits {
  const limits = all ? REASONABLE : READABLE
  return { ...limits, depth: depth ?? limits.depth }
}

/** The names of a file in the order in which they come, those included that nothing in the result refers to. */
class NameTable {
  private readonly names = new Map<string, Global>()
  private more = 0

  /** @throws PickleError when the name is so long that to look at it again and again would take for ever */
  add(name: Global, offset: Position): void {
    const length = name.module.length + name.name.length
    if (length > MAX_NAME) throw new PickleError(offset, `a name of ${length} characters, expected at most ${MAX_NAME}`)
    if (this.names.has(name.path)) return
    if (this.names.size < MAX_NAMES) this.names.set(name.path, name)
    else this.more++
  }

  list(survey: Survey): { found: NameFound[], more: number } {
    const order: Support[] = ['dangerous', 'unsupported', 'supported']
    const judged = [...this.names].map(([path, name]) => {
      const count = survey.made.get(path) ?? 0
      return { name: path, support: judgeName(name, count > 0 || !survey.mentioned.has(path)), count }
    }).filter(({ name, support, count }) => support !== 'supported' || (count > 0 && !/^(builtins|numpy)\./.test(name)))
    judged.sort((a, b) => order.indexOf(a.support) - order.indexOf(b.support) || b.count - a.count)
    const found = judged.slice(0, MAX_LISTED).map(entry => {
      const place = entry.support === 'supported' ? undefined : survey.placeOf(entry.name)
      return place === undefined ? entry : { ...entry, place }
    })
    return { found, more: this.more + judged.length - found.length }
  }
}
