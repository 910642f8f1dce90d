import { TypeCompiler } from '@sinclair/typebox/compiler'
import { DumpError } from '../forest/dump-error.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, DumpSchema, type Dump } from '../forest/dump.js'
import { validateForest } from '../forest/validate.js'

const dumpChecker = TypeCompiler.Compile(DumpSchema)

/**
 * A dump from its text, checked down to the structure of every tree.
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function parseDump(text: string): Dump {
  return checkDump(parseJson(text))
}

/**
 * The same for a document that is parsed already.
 * @throws DumpError as {@link parseDump}
 */
export function checkDump(document: unknown): Dump {
  checkFormat(document)
  if (!dumpChecker.Check(document)) throw describeSchemaError(document)
  checkLabels(document)
  validateForest(document.forest)
  return document
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DumpError('', `not JSON (${(error as Error).message.slice(0, 120)}): the file is truncated or no dump`)
  }
}

function checkFormat(document: unknown): void {
  const { format, formatVersion } = (document ?? {}) as Record<string, unknown>
  if (format !== DUMP_FORMAT) {
    throw new DumpError('format', `expected "${DUMP_FORMAT}", received ${shorten(format)}: this is not a tree dump`)
  }
  if (typeof formatVersion === 'number' && formatVersion > DUMP_FORMAT_VERSION) {
    throw new DumpError(
      'formatVersion',
      `a newer release wrote this dump (format ${formatVersion}, this one reads up to ${DUMP_FORMAT_VERSION}): ` +
      'update recall-ml, or convert the model again with this release'
    )
  }
}

function describeSchemaError(document: unknown): DumpError {
  const error = dumpChecker.Errors(document).First()
  if (error === undefined) return new DumpError('', 'not a valid dump')
  return new DumpError(toPath(error.path), `${error.message.toLowerCase()}, received ${shorten(error.value)}`)
}

/** `/forest/trees/3/feature` to `forest.trees[3].feature`. */
function toPath(pointer: string): string {
  return pointer.slice(1).replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.')
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function checkLabels(dump: Dump): void {
  if (dump.classes.length !== dump.forest.nClasses) {
    throw new DumpError('classes', `expected ${dump.forest.nClasses} labels, received ${dump.classes.length}`)
  }
  dump.inputs.forEach((input, i) => {
    if (input.type !== 'category') return
    for (const category of [input.fallback?.missing, input.fallback?.unknown]) {
      if (typeof category === 'string' && !input.categories.includes(category)) {
        throw new DumpError(`inputs[${i}].fallback`, `${shorten(category)} is not one of the categories`)
      }
    }
  })
  dump.golden.forEach((row, i) => {
    if (row.probabilities.length === dump.forest.nClasses) return
    throw new DumpError(
      `golden[${i}].probabilities`, `expected ${dump.forest.nClasses} numbers, received ${row.probabilities.length}`
    )
  })
}
