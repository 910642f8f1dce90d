/**
 * The text that LightGBM saves a model as: a head of `key=value` lines, the trees in the same form, and a tail with
 * importances, parameters and the categories of pandas columns. Written by GBDT::SaveModelToString and Tree::ToString,
 * https://github.com/microsoft/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp
 */
import { ConvertError } from '../errors/convert-error.js'
import { DAMAGED, Section, show } from './section.js'

/** A model file of LightGBM, taken apart; numbers are read where they are used. */
export interface BoosterText {
  /** Names of the features, instead of those of the text. */
  readonly names?: readonly string[]
  readonly head: Section
  readonly trees: readonly Section[]
  /** What it was trained with, where the file says so, by the names of LightGBM's documentation. */
  readonly parameters: ReadonlyMap<string, string>
  /**
   * The categories of each column of pandas' category type, in the order of those columns, or by their names where
   * someone put these there; undefined when absent.
   */
  readonly pandasCategories: readonly unknown[] | Readonly<Record<string, unknown>> | undefined
}

/** Versions of the format; LightGBM 2.1 to 4 write v2 to v4. */
const VERSIONS = ['v2', 'v3', 'v4']

/** More than LightGBM has keys or parameters. */
const MAX_KEYS = 1000
const MAX_FEATURES = 10_000
const MAX_TREES = 1_000_000

const NEWLINE = 0x0a
const PANDAS = 'pandas_categorical:'

/** Whether a file begins like a model of LightGBM. No pickle does. */
export function isBoosterText(bytes: Uint8Array): boolean {
  return /^tree\r?\n/.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 6)).toString('latin1'))
}

/**
 * @param bytes for which {@link isBoosterText} holds
 * @throws ConvertError naming the line, for what is not as LightGBM writes it or was cut off
 */
export function readBoosterText(bytes: Uint8Array): BoosterText {
  const lines = new Lines(bytes)
  lines.next()
  const head = readHead(lines)
  const trees = readTrees(lines, head)
  return { head, trees, ...readTail(lines, head.text('version') === 'v2') }
}

/** A line at a time, of which one can be put back. */
class Lines {
  text = ''
  /** Of the last line that was read, counted from 1. */
  number = 0
  /** Where it begins. */
  start = 0
  private position = 0
  private readonly buffer: Buffer
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  constructor(private readonly bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** @returns false at the end of the file */
  next(): boolean {
    if (this.position >= this.bytes.length) return false
    const found = this.buffer.indexOf(NEWLINE, this.position)
    const end = found < 0 ? this.bytes.length : found
    this.start = this.position
    this.position = end + 1
    this.number++
    this.text = this.decode(this.start, end)
    if (this.text.endsWith('\r')) {
      throw new ConvertError(`line ${this.number}: expected the line to end with LF, found CR LF.`, {
        hint: 'Git or an editor changed the line ends, and LightGBM itself cannot read the file any more: copy the original in binary mode.'
      })
    }
    return true
  }

  /** Whether all bytes from one place up to another are line ends. */
  isBlank(from: number, to: number): boolean {
    return this.bytes.subarray(from, to).every(byte => byte === NEWLINE)
  }

  private decode(start: number, end: number): string {
    try {
      return this.decoder.decode(this.bytes.subarray(start, end))
    } catch (error) {
      throw new ConvertError(`line ${this.number}: expected UTF-8 text (${(error as Error).message}).`, { hint: DAMAGED, cause: error })
    }
  }
}

function addLine(section: Section, { text, number: line }: Lines): void {
  const equals = text.indexOf('=')
  const key = equals < 0 ? text : text.slice(0, equals)
  if (!/^[a-z_]{1,40}$/.test(key)) {
    throw new ConvertError(`line ${line} (${section.title}): expected key=value, found ${show(text)}.`, { hint: DAMAGED })
  }
  section.add(key, { text: equals < 0 ? '' : text.slice(equals + 1), line })
}

/** Up to the first tree, whose line is then the last one that was read. */
function readHead(lines: Lines): Section {
  const head = new Section('head', 1)
  while (lines.next()) {
    if (lines.text.startsWith('Tree=')) return checkVersion(head)
    if (lines.text !== '') addLine(head, lines)
  }
  checkVersion(head)
  throw new ConvertError(`The file ends with line ${lines.number}: expected trees after the head, found none.`, { hint: DAMAGED })
}

function checkVersion(head: Section): Section {
  const hint = 'Load the model with LightGBM 2.1 to 4 and save it again with Booster.save_model.'
  if (!head.has('version') || !VERSIONS.includes(head.text('version'))) {
    head.fail('version', `one of ${VERSIONS.join(', ')}`, undefined, hint)
  }
  return head
}

/** Up to what ends the trees. @param lines at the first tree */
function readTrees(lines: Lines, head: Section): Section[] {
  const trees: Section[] = []
  const starts: number[] = []
  let keys = 0
  const isEnd = () => lines.text === 'end of trees' || /^feature[_ ]importances:/.test(lines.text)
  do {
    if (lines.text.startsWith('Tree=')) {
      if (lines.text !== `Tree=${trees.length}`) {
        throw new ConvertError(`line ${lines.number}: expected Tree=${trees.length}, found ${show(lines.text)}.`, { hint: DAMAGED })
      }
      if (trees.length === MAX_TREES) throw new ConvertError(`line ${lines.number}: expected at most ${MAX_TREES} trees.`)
      trees.push(new Section(lines.text, lines.number))
      starts.push(lines.start)
      keys = 0
    } else if (isEnd()) {
      checkSizes(head, starts, lines)
      return trees
    } else if (lines.text !== '') {
      addLine(trees[trees.length - 1], lines)
      if (++keys > MAX_KEYS) throw new ConvertError(`line ${lines.number}: expected at most ${MAX_KEYS} keys of a tree.`)
    }
  } while (lines.next())
  throw new ConvertError(
    `The file ends with line ${lines.number}, in Tree=${trees.length - 1}: expected "end of trees" first.`, { hint: DAMAGED }
  )
}

/** The head says how many bytes each tree takes, which LightGBM finds the trees by. */
function checkSizes(head: Section, starts: readonly number[], lines: Lines): void {
  if (!head.has('tree_sizes')) return
  const sizes = head.integers('tree_sizes', starts.length, 1, Number.MAX_SAFE_INTEGER)
  sizes.forEach((size, i) => {
    const isLast = i === sizes.length - 1
    const end = isLast ? lines.start : starts[i + 1]
    const found = end - starts[i]
    // An empty line may stand between the last tree and what follows.
    if (found === size || (isLast && size < found && lines.isBlank(starts[i] + size, end))) return
    head.fail('tree_sizes', `${found} for Tree=${i}, the bytes that it takes`, String(size))
  })
}

/** @param mayEndEarly before version v3 nothing marked the end */
function readTail(lines: Lines, mayEndEarly: boolean): Pick<BoosterText, 'parameters' | 'pandasCategories'> {
  const parameters = new Map<string, string>()
  let pandasCategories: BoosterText['pandasCategories']
  let part: 'importances' | 'parameters' | 'after' = 'importances'
  let count = 0
  do {
    const { text, number } = lines
    if (text.startsWith(PANDAS)) {
      if (pandasCategories !== undefined) throw new ConvertError(`line ${number}: expected ${PANDAS} once.`, { hint: DAMAGED })
      pandasCategories = readPandas(text, number)
    } else if (text === 'parameters:' && part === 'importances') part = 'parameters'
    else if (text === 'end of parameters' && part === 'parameters') part = 'after'
    else if (text !== '' && part === 'parameters') {
      const match = /^\[([a-z_]{1,60}): ?(.*)\]$/.exec(text)
      if (match !== null) parameters.set(match[1], match[2])
      if (++count > MAX_KEYS) throw new ConvertError(`line ${number}: expected at most ${MAX_KEYS} parameters.`, { hint: DAMAGED })
    } else if (text !== '' && (part === 'after' || pandasCategories !== undefined)) {
      throw new ConvertError(`line ${number}: expected the end of the file or ${PANDAS}, found ${show(text)}.`, { hint: DAMAGED })
    }
  } while (lines.next())
  if (!mayEndEarly && (part === 'parameters' || (part === 'importances' && pandasCategories === undefined))) {
    throw new ConvertError(`The file ends with line ${lines.number}: expected "end of parameters" or ${PANDAS} first.`, { hint: DAMAGED })
  }
  return { parameters, pandasCategories }
}

function readPandas(text: string, line: number): NonNullable<BoosterText['pandasCategories']> {
  try {
    const value: unknown = JSON.parse(text.slice(PANDAS.length))
    if (value === null) return []
    if (typeof value === 'object' && Object.keys(value).length <= MAX_FEATURES) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new ConvertError(`line ${line}: ${PANDAS} expected a JSON array of lists, found ${show(text.slice(PANDAS.length))}.`, { hint: DAMAGED })
}
