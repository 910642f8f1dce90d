/** The command line of `recall-ml score`. */
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import type { Config } from '../../src/config.js'
import { descriptorOf, isSpecial } from './output/descriptor.js'
import type { Job, RejectLimit } from './job.js'
import { UsageError } from './shared/score-error.js'
import { MAX_FACTORS } from '../../src/http/explain/extras.js'
import { shardName, type Shard } from './input/shards.js'

export interface ScoreCommandOptions {
  readonly model: string
  readonly out?: string
  readonly format?: string
  readonly delimiter?: string
  readonly gzip?: boolean
  readonly explain?: string
  readonly prefix?: string
  readonly rejects?: string
  readonly maxRejects?: string
  readonly workers?: string
  readonly resume?: boolean
  readonly requireColumns?: boolean
  readonly checkpoint?: string
  readonly shard?: string
  readonly shards?: string
  readonly quiet?: boolean
}

/** Threads that a machine is believed to have use for. */
const MAX_WORKERS = 256
const MAX_SHARDS = 99_999

/** What Kubernetes tells a pod of an Indexed Job. */
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'

/**
 * @param input as on the command line
 * @param env where a pod finds the index of its shard
 * @throws UsageError when an option has no value that it takes, or options contradict each other
 */
export function readOptions(
  input: string | undefined, options: ScoreCommandOptions, config: Config, env: NodeJS.ProcessEnv
): Job {
  const shard = readShard(options, env)
  const source = input === undefined || input === '-' ? undefined : input
  const named = options.out === '-' || descriptorOf(options.out ?? '') === 1 ? undefined : options.out
  const out = named === undefined ? undefined : nameOutput(named, shard)
  if (options.resume === true && out === undefined) {
    throw new UsageError('--resume needs --out FILE: what went to standard output cannot be taken up again')
  }
  if (out === undefined && descriptorOf(options.rejects ?? '') === 1) {
    throw new UsageError('--rejects: expected a file, since standard output has the rows that are scored')
  }
  if (shard !== undefined && source === undefined) {
    throw new UsageError('--shard needs a file: standard input can only be read from its beginning')
  }
  return {
    model: resolveModel(options.model, config),
    config,
    input: source,
    out,
    rejects: nameRejects(options, source, out, shard),
    format: readFormat(options.format),
    delimiter: readDelimiter(options.delimiter),
    gzip: options.gzip ?? named?.endsWith('.gz') ?? false,
    prefix: options.prefix ?? '',
    explain: options.explain === undefined ? 0 : readWhole('--explain', options.explain, 1, MAX_FACTORS),
    workers: options.workers === undefined
      ? Math.min(availableParallelism(), MAX_WORKERS)
      : readWhole('--workers', options.workers, 1, MAX_WORKERS),
    shard,
    resume: options.resume ?? false,
    requireColumns: options.requireColumns ?? false,
    checkpointMs: readSeconds(options.checkpoint) * 1000,
    limit: readLimit(options.maxRejects),
    quiet: options.quiet ?? false
  }
}

/** A name is looked for where the service looks; a path is a path. */
export function resolveModel(model: string, { modelPath }: Config): string {
  return /[/\\]|\.json$/.test(model) ? model : join(modelPath, `${model}.json`)
}

/** What has a place already gets no number. */
function nameOutput(path: string, shard: Shard | undefined): string {
  return shard === undefined || isSpecial(path) ? path : shardName(path, shard)
}

/**
 * Beside the output file; without one, in the current folder, called after the input and the model: two may run at
 * once.
 */
function nameRejects(
  { rejects: given, model }: ScoreCommandOptions, input: string | undefined, out: string | undefined,
  shard: Shard | undefined
): string {
  if (given !== undefined) return nameOutput(given, shard)
  if (out !== undefined && !isSpecial(out)) return `${out}.rejects.ndjson`
  const name = `${basename(input ?? 'stdin')}.${basename(model, '.json')}.rejects.ndjson`
  return shard === undefined ? name : shardName(name, shard)
}

export function readFormat(format: string | undefined): Job['format'] {
  if (format === undefined || format === 'csv' || format === 'ndjson') return format
  if (format === 'jsonl') return 'ndjson'
  throw new UsageError(`--format: expected csv or ndjson, received ${JSON.stringify(format)}`)
}

export function readDelimiter(delimiter: string | undefined): string | undefined {
  if (delimiter === undefined) return undefined
  if (delimiter === 'tab' || delimiter === '\\t') return '\t'
  if (/^[\x20-\x7e\t]$/.test(delimiter) && !/["A-Za-z0-9.+-]/.test(delimiter)) return delimiter
  throw new UsageError(
    `--delimiter: expected one character such as , ; | or the word tab, received ${JSON.stringify(delimiter)}`
  )
}

function readLimit(text = '0'): RejectLimit {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  if (percent === '%' && Number(number) <= 100) return { percent: Number(number) }
  if (percent === '' && Number.isSafeInteger(Number(number))) return { rows: Number(number) }
  throw new UsageError(`--max-rejects: expected a number of rows such as 100, or a share such as 0.5%, received ${JSON.stringify(text)}`)
}

function readSeconds(text = '1'): number {
  if (/^\d+(?:\.\d+)?$/.test(text) && Number(text) <= 86_400) return Number(text)
  throw new UsageError(`--checkpoint: expected a number of seconds from 0 to 86400, received ${JSON.stringify(text)}`)
}

function readShard({ shard, shards }: ScoreCommandOptions, env: NodeJS.ProcessEnv): Shard | undefined {
  if (shard !== undefined && shards !== undefined) throw new UsageError('expected one of --shard and --shards, received both')
  if (shard !== undefined) {
    const [, index, count] = /^(\d+)\/(\d+)$/.exec(shard) ?? []
    if (index === undefined) throw new UsageError(`--shard: expected INDEX/COUNT such as 0/10, received ${JSON.stringify(shard)}`)
    const total = readWhole('--shard, COUNT', count, 1, MAX_SHARDS)
    return { index: readWhole('--shard, INDEX', index, 0, total - 1), count: total }
  }
  if (shards === undefined) return undefined
  const count = readWhole('--shards', shards, 1, MAX_SHARDS)
  const index = env[INDEX_VARIABLE]
  if (index === undefined || index === '') {
    throw new UsageError(`--shards: expected the shard's number in ${INDEX_VARIABLE}, which is not set: use --shard INDEX/${count}`)
  }
  return { index: readWhole(INDEX_VARIABLE, index, 0, count - 1), count }
}

export function readWhole(what: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
  throw new UsageError(`${what}: expected a whole number from ${minimum} to ${maximum}, received ${JSON.stringify(text)}`)
}
