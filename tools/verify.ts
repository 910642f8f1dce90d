/** `recall-ml verify`: does a dump still give the bits that it should? */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ConfigError, readConfig } from '../src/config.js'
import { DumpError } from '../src/dump/dump-error.js'
import type { Dump } from '../src/dump/dump.js'
import { createModel } from '../src/model/create-model.js'
import { parseDump } from '../src/model/parse-dump.js'
import { SumBounds } from './convert/golden/sum-bounds.js'
import { listRouteColumns } from './score/rows/scoring-model.js'
import { VerifyError, verifyTable } from './verify-table.js'

export interface VerifyOptions {
  /** A CSV file of inputs and expected answers, instead of the dump's golden rows. */
  readonly csv?: string
  /** How many units in the last place an answer may be off. */
  readonly ulps?: string
  /** Columns of the CSV file that are nothing to compare, with commas between. */
  readonly ignore?: string
  /** Columns of the CSV file that look like answers but are none of this model's are left out. */
  readonly partial?: boolean
}

/**
 * Verifies a dump against its golden rows, or against a CSV file, and prints what was found.
 * @returns exit status: 0, or 1 when a row differs or a file cannot be used
 */
export async function runVerify(path: string, options: VerifyOptions): Promise<number> {
  try {
    const dump = parseDump(await read(path))
    if (options.csv === undefined) return verifyGoldenRows(path, dump)
    const model = createModel(dump)
    const bounds = new SumBounds(dump)
    const own = listRouteColumns(path, model, readConfig()) ?? []
    console.log(await verifyTable(model, own, options.csv, {
      tolerance: readTolerance(options.ulps),
      bounds: row => bounds.predict(row),
      ignored: options.ignore?.split(',').map(name => name.trim()).filter(name => name !== '') ?? [],
      partial: options.partial === true
    }))
    return 0
  } catch (error) {
    if (!(error instanceof VerifyError || error instanceof DumpError || error instanceof ConfigError)) throw error
    console.error(`recall-ml verify: ${error instanceof DumpError ? `${basename(path)}: ` : ''}${error.message}`)
    return 1
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new VerifyError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function readTolerance(text = '0'): number {
  const ulps = Number(text)
  if (Number.isInteger(ulps) && ulps >= 0) return ulps
  throw new VerifyError(`--ulps: expected a whole number, received ${text}`)
}

/** Loading a model compares its golden rows bit for bit, and names the first that differs. */
function verifyGoldenRows(path: string, dump: Dump): number {
  createModel(dump)
  const n = dump.golden.length
  if (n === 0) throw new VerifyError(`${basename(path)} has no golden rows: name a file of expected answers with --csv`)
  console.log(`${basename(path)}: ${n} golden rows, the same bits (computed by ${dump.provenance.golden})`)
  return 0
}
