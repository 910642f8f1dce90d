/** The check of a dump but for its shape. */
import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION } from '../dump/format.js'
import { validatePredictors } from '../evaluator/validate-estimator.js'

/** @throws DumpError for what is no dump, or one that a newer release wrote */
export function checkFormat(document: unknown): asserts document is object {
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

/**
 * Checks what no shape says, down to the structure of every tree.
 * @param dump of the right shape
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function checkParts(dump: Dump): void {
  checkInputs(dump)
  checkOutputs(dump)
  validatePredictors(dump)
}

function checkOutputs({ outputs }: Dump): void {
  outputs.forEach(({ classes = [] }, i) => {
    if (new Set(classes).size < classes.length) throw new DumpError(`outputs[${i}].classes`, 'duplicate label')
  })
}

function checkInputs(dump: Dump): void {
  const names = new Set<string>()
  dump.inputs.forEach((input, i) => {
    if (input.name === '__proto__') throw new DumpError(`inputs[${i}].name`, '"__proto__" is not a name for a field')
    if (names.has(input.name)) throw new DumpError(`inputs[${i}].name`, `duplicate name ${shorten(input.name)}`)
    names.add(input.name)
    if (input.type === 'number') {
      if ((input.minimum ?? -Infinity) > (input.maximum ?? Infinity)) {
        throw new DumpError(`inputs[${i}]`, `the minimum ${input.minimum} is above the maximum ${input.maximum}`)
      }
      return
    }
    if (input.type !== 'category') return
    if (input.hashed && input.fallback !== undefined) {
      throw new DumpError(`inputs[${i}].fallback`, 'expected none of an input whose text is hashed')
    }
    for (const category of [input.fallback?.missing, input.fallback?.unknown]) {
      if (typeof category === 'string' && !input.categories.includes(category)) {
        throw new DumpError(`inputs[${i}].fallback`, `${shorten(category)} is not one of the categories`)
      }
    }
  })
}

/** A value in a message, however long it is. */
export function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
