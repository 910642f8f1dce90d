/** `recall-ml inspect`: what model files contain, without converting them or executing anything. */
import { styleText } from 'node:util'
import { ConvertError } from '../convert/errors/convert-error.js'
import { listModelFiles } from '../convert/sources/read-folder.js'
import { escapeJson, escapeText } from '../terminal/escape.js'
import { runSuggest } from './suggest.js'
import { InspectError, MAX_DEPTH, inspectFile } from './inspect-file.js'
import { renderInspection, renderNames, type RenderOptions } from './render.js'

export interface InspectCommandOptions {
  /** Levels to show, a number as the command line has it. */
  readonly depth?: string
  /** Shows as much as is reasonable, rather than as is readable. */
  readonly all?: boolean
  /** Prints a line of JSON for each file instead of text. */
  readonly json?: boolean
  /** Writes a recipe for the files instead, to this file, or to standard output for "-". */
  readonly suggest?: string
}

const MIN_WIDTH = 60
const MAX_WIDTH = 140
/** Where there is no terminal. */
const DEFAULT_WIDTH = 120

/**
 * Prints each file's contents to standard output, those of a folder one after the other, and to standard error what
 * keeps a file from being read.
 * @returns the exit status: 0, or 1 when a file could not be read as a pickle; the others are shown all the same
 */
export async function runInspect(paths: readonly string[], options: InspectCommandOptions = {}): Promise<number> {
  const { depth, all = false, json = false, suggest } = options
  if (suggest !== undefined) return runSuggest(paths, suggest)
  if (depth !== undefined && !(/^\d{1,3}$/.test(depth) && Number(depth) <= MAX_DEPTH)) {
    console.error(`recall-ml inspect: --depth is "${escapeText(depth)}", expected a whole number from 0 to ${MAX_DEPTH}.`)
    return 1
  }
  const { columns } = process.stdout // 0 where a terminal does not tell
  const style: RenderOptions = {
    width: columns > 0 ? Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH) : DEFAULT_WIDTH,
    paint: (format, text) => styleText(format, text) // leaves colours out where standard output takes none
  }
  let status = 0
  for (const [i, path] of paths.flatMap(listModelFiles).entries()) {
    if (i > 0 && !json) console.log()
    try {
      const inspection = await inspectFile(path, { all, ...(depth === undefined ? {} : { depth: Number(depth) }) })
      console.log(json ? escapeJson(JSON.stringify(inspection)) : renderInspection(inspection, style))
    } catch (error) {
      if (!(error instanceof ConvertError)) throw error
      status = 1
      console.error(`recall-ml inspect: ${escapeText(error.message)}`)
      const names = error instanceof InspectError ? error.names : []
      if (names.length > 0) console.error(`Names that came before:\n${renderNames(names, { ...style, paint: (_, text) => text })}`)
    }
  }
  return status
}
