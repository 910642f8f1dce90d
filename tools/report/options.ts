/** The command line of `recall-ml report`. */
import type { Config } from '../../src/config.js'
import type { Format } from '../score/input/input-form.js'
import { readDelimiter, readFormat, readWhole, resolveModel } from '../score/options.js'
import { descriptorOf } from '../score/output/descriptor.js'
import { UsageError } from '../score/shared/score-error.js'
import { LANGUAGES } from './texts/texts.js'
import type { Language } from '../../page/logic/format.js'

export interface ReportCommandOptions {
  readonly model: string
  readonly out?: string
  readonly force?: boolean
  readonly format?: string
  readonly delimiter?: string
  readonly rows?: string
  readonly class?: string
  readonly output?: string
  readonly lang?: string
  readonly quiet?: boolean
}

/** What a report is made of, and where it goes. */
export interface ReportJob {
  /** Path of the dump. */
  readonly model: string
  readonly config: Config
  /** Path of the input; undefined: standard input. */
  readonly input: string | undefined
  /** Path of the report; undefined: standard output. */
  readonly out: string | undefined
  /** Whether a file that is there may be written over. */
  readonly force: boolean
  readonly format: Format | undefined
  readonly delimiter: string | undefined
  /** Rows that are explained, at most. */
  readonly rows: number
  /** The class that is explained, as text; undefined: the usual one. */
  readonly label: string | undefined
  /** Index of the output that is explained. */
  readonly output: number
  readonly language: Language
  readonly quiet: boolean
}

const EXPLAINED = 2000
const MOST_EXPLAINED = 50_000
const MOST_OUTPUTS = 100_000

/**
 * @param input as on the command line
 * @throws UsageError when an option has no value that it takes
 */
export function readOptions(input: string | undefined, options: ReportCommandOptions, config: Config): ReportJob {
  const { out, rows, lang = 'en' } = options
  const language = LANGUAGES.find(known => known === lang)
  if (language === undefined) {
    throw new UsageError(`--lang: expected one of ${LANGUAGES.join(', ')}, received ${JSON.stringify(lang)}`)
  }
  return {
    model: resolveModel(options.model, config),
    config,
    input: input === '-' ? undefined : input,
    out: out === '-' || descriptorOf(out ?? '') === 1 ? undefined : out,
    force: options.force ?? false,
    format: readFormat(options.format),
    delimiter: readDelimiter(options.delimiter),
    rows: rows === undefined ? EXPLAINED : readWhole('--rows', rows, 1, MOST_EXPLAINED),
    label: options.class,
    output: options.output === undefined ? 0 : readWhole('--output', options.output, 0, MOST_OUTPUTS),
    language,
    quiet: options.quiet ?? false
  }
}
