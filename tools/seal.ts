/** `recall-ml seal`: "this edit of a dump is mine". */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { PACKAGE_VERSION } from '../src/config.js'
import { DumpError } from '../src/dump/dump-error.js'
import type { Dump } from '../src/dump/dump.js'
import { createModel } from '../src/model/create-model.js'
import { computeDigest, sealDump } from '../src/model/digest.js'
import { checkContent } from '../src/model/check-content.js'
import { parseDump, parseJson } from '../src/model/parse-dump.js'
import { InputError } from '../src/model/types.js'
import { computeGoldenRows } from './convert/golden.js'
import { stringifyDump } from './convert/stringify-dump.js'
import { writeWhole } from './write-whole.js'

export interface SealOptions {
  /** Replaces the golden rows by ones that the reference evaluator computes, whoever computed those that are there. */
  readonly newGolden?: boolean
}

/** What the converter writes into `provenance.golden` when it computed the rows itself. */
const REFERENCE = 'reference evaluator'

/** A dump that cannot be sealed. */
class SealError extends Error {}

/**
 * Checks an edited dump, writes its digest anew and prints what was done. Golden rows stay as long as they come out;
 * the converter's own are computed anew when they do not. Those of scikit-learn are proof that an edit has changed the
 * model's answers, and go only when that is asked for.
 * @returns exit status: 0, or 1 when the dump stays as it was
 */
export async function runSeal(path: string, options: SealOptions): Promise<number> {
  const file = basename(path)
  try {
    const dump = checkContent(parseJson(await read(path)))
    const { golden, change } = renewGolden(dump, options.newGolden === true)
    const sealed = sealDump(golden)
    if (dump.digest === computeDigest(dump) && sealed.digest === dump.digest) {
      console.log(`${file}: sealed already`)
      return 0
    }
    const text = stringifyDump(sealed)
    createModel(parseDump(text))
    await writeWhole(path, text)
    console.log(`${file}: sealed, ${change}`)
    return 0
  } catch (error) {
    const isOfDump = error instanceof DumpError || error instanceof InputError
    if (!(isOfDump || error instanceof SealError || isSystemError(error))) throw error
    const where = isOfDump ? `${file}: ` : ''
    console.error(`recall-ml seal: ${where}${error.message}\nNothing was written.`)
    return 1
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new SealError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The dump with golden rows that come out, and what became of those that were there. */
function renewGolden(dump: Dump, renew: boolean): { golden: Dump, change: string } {
  const count = (rows: Dump['golden']) => `${rows.length} golden row${rows.length === 1 ? '' : 's'}`
  const problem = findProblem(dump)
  if (problem === undefined && !renew) {
    return { golden: dump, change: `${count(dump.golden)} still the same bits (computed by ${dump.provenance.golden})` }
  }
  if (problem !== undefined && !renew && !dump.provenance.golden.endsWith(REFERENCE)) {
    throw new SealError(
      `${problem.message}. The golden rows were computed by ${dump.provenance.golden}, and the edit has changed what ` +
      'the model answers: undo it or, if that is meant, add --new-golden to replace them by rows that this program computes'
    )
  }
  // A model that is itself at fault shows here.
  createModel({ ...dump, golden: [] })
  const provenance = { ...dump.provenance, golden: `recall-ml ${PACKAGE_VERSION}, ${REFERENCE}` }
  const golden = computeGoldenRows(dump)
  const why = problem === undefined ? 'as asked' : `since the edit has changed what the model answers (${problem.message})`
  return { golden: { ...dump, provenance, golden }, change: `${count(golden)} computed anew ${why}` }
}

function findProblem(dump: Dump): DumpError | undefined {
  try {
    createModel(dump)
    return undefined
  } catch (error) {
    if (error instanceof DumpError && error.path.startsWith('golden')) return error
    throw error
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
