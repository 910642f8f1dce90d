/**
 * Reads a .skops file, protocols 0 to 2, into the objects that a pickle of the same model gives: a ZIP archive with
 * schema.json, a tree of nodes, and the arrays. A node names a class and how skops would make an instance of it; here
 * it stays a name, checked against the same allow-list as those of pickles, and nothing is executed.
 * The format: https://github.com/skops-dev/skops/tree/main/skops/io
 */
import type { ZipArchive } from '../containers/zip.js'
import { ConvertError } from '../errors/convert-error.js'
import { COST, Memory } from '../pickle/memory.js'
import { normalizeGlobal, numpyMajorOf, type CheckCall, type CheckName } from '../pickle/names.js'
import { PickleError } from '../pickle/pickle-error.js'
import { Global, type Value, type Writer } from '../pickle/values.js'
import { Node, SCHEMA, Way, describeJson } from './node.js'
import { LOADERS } from './loaders.js'
import { parsePythonJson, type Json } from './python-json.js'

const MAX_PROTOCOL = 2
const MAX_NAME = 1000

const AS_PICKLE = 'Save the model as a pickle: joblib.dump(model, "model.pkl").'

export interface SkopsOptions {
  readonly checkName: CheckName
  readonly checkCall?: CheckCall
  /** Size of the archive, by which memory is bounded. */
  readonly fileBytes: number
}

/** Whether an archive is a .skops file. */
export function isSkops(archive: ZipArchive): boolean {
  return archive.sizeOf(SCHEMA) !== undefined
}

/**
 * @param archive for which {@link isSkops} holds
 * @throws PickleError naming the place where the file stops making sense
 */
export function readSkops(archive: ZipArchive, options: SkopsOptions): Value {
  const memory = new Memory(options.fileBytes)
  const schema = readText(archive, memory)
  const root = new Node(parsePythonJson(schema, SCHEMA, memory), new Way())
  const protocol = root.object.get('protocol')
  if (typeof protocol !== 'number' || !Number.isInteger(protocol) || protocol < 0 || protocol > MAX_PROTOCOL) {
    return root.fail(`the protocol is ${describeJson(protocol)}, expected 0 to ${MAX_PROTOCOL}`, AS_PICKLE)
  }
  return new SkopsReader(archive, options, memory, protocol).read(root)
}

function readText(archive: ZipArchive, memory: Memory): string {
  const bytes = archive.read(SCHEMA) ?? new Uint8Array(0)
  memory.take(bytes.length)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new PickleError(SCHEMA, 'text that is not UTF-8', { hint: 'The file is damaged.', cause: error })
  }
}

/** What was read of an object that stands in the file more than once. */
interface Known {
  readonly node: Node
  /** Undefined while its parts are being read. */
  value: Value | undefined
}

export class SkopsReader {
  private readonly known = new Map<string, Known>()
  readonly writer: Writer = { numpyMajor: undefined }

  constructor(
    private readonly archive: ZipArchive, private readonly options: SkopsOptions,
    readonly memory: Memory, readonly protocol: number
  ) {}

  /** What a node stands for. Equal ids are one object: the first of them counts, as to skops. */
  read(node: Node): Value {
    const id = node.object.get('__id__')
    if (id !== undefined && typeof id !== 'number' && typeof id !== 'bigint') node.fail('its __id__ is not a number')
    const key = String(id)
    const before = id === undefined ? undefined : this.known.get(key)
    if (before !== undefined) return recall(before, node)
    const loader = node.text('__loader__')
    if (loader === 'CachedNode') node.fail(`it stands for the object ${key}, which does not come before it`)
    const load = Object.hasOwn(LOADERS, loader) ? LOADERS[loader]
      : node.fail(`${node.className} is written as ${loader.slice(0, 60)}, which is not known`, AS_PICKLE)
    const entry: Known = { node, value: undefined }
    // To skops, 0 is none.
    if (id !== undefined && id !== 0) this.known.set(key, entry)
    this.memory.take(COST.mapEntry + COST.entry)
    entry.value = this.load(load, node)
    return entry.value
  }

  /** The same for a value of the schema. */
  readJson(json: Json | undefined, way: Way): Value {
    return this.read(new Node(json, way))
  }

  /** A part of a node. */
  part(node: Node, key: string, step = ''): Value {
    return this.readJson(node.object.get(key), node.way.to(step))
  }

  /** Nodes of a list, in order. */
  items(node: Node, key: string): Value[] {
    return node.list(key).map((item, i) => this.readJson(item, node.way.to(`[${i}]`)))
  }

  /** The class of a node, as a name that may stand in the file. */
  name(node: Node): Global {
    return this.checkedName(node.text('__module__'), node.text('__class__'), node)
  }

  checkedName(module: string, name: string, node: Node): Global {
    const length = module.length + name.length
    if (length > MAX_NAME) node.fail(`a name of ${length} characters, expected at most ${MAX_NAME}`)
    this.memory.take(COST.name + length)
    const global = normalizeGlobal(module, name)
    this.noteNumpy(numpyMajorOf(module))
    this.options.checkName(global, node.way.describe())
    return global
  }

  checkCall(name: Global, args: readonly Value[], node: Node): void {
    this.options.checkCall?.(name, args, node.way.describe())
  }

  /** Some names tell of numpy's version. */
  noteNumpy(major: 1 | 2 | undefined): void {
    this.writer.numpyMajor = major ?? this.writer.numpyMajor
  }

  /** The content of the member that a node names. */
  file(node: Node): Uint8Array {
    const name = node.text('file')
    const content = this.archive.read(name)
    if (content === undefined) return node.fail(`the archive has no member ${JSON.stringify(name.slice(0, 100))}`)
    this.memory.take(COST.slice)
    return content
  }

  private load(load: (typeof LOADERS)[string], node: Node): Value {
    try {
      return load(node, this)
    } catch (error) {
      if (!(error instanceof ConvertError) || error instanceof PickleError) throw error
      // The containers' errors say for themselves where they are.
      const problem = error.problem.replace(/\.$/, '')
      const { hint } = error
      throw new PickleError(node.way.describe(), problem, { cause: error, ...(hint !== undefined && { hint }) })
    }
  }
}

/** An object that came before; a part of itself can be none that skops wrote. */
function recall({ node: first, value }: Known, node: Node): Value {
  if (value === undefined) node.fail('an object that is a part of itself, which skops cannot write')
  if (node.object.get('__loader__') === 'CachedNode') return value
  const same = ['__module__', '__class__', '__loader__'].every(key => first.object.get(key) === node.object.get(key))
  const [before, now] = [first.object.get('content'), node.object.get('content')]
  if (!same || (typeof now === 'string' && before !== now)) {
    node.fail(`another object with its __id__, ${first.className}, stands at ${first.way.describe().replace(/^.* at /, '')}`)
  }
  return value
}
