/** `recall-ml report`: what a model answers to a file of rows, and why, as one HTML file for people. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { ConfigError, readConfig } from '../../src/config.js'
import { createModel } from '../../src/model/create-model.js'
import { readDump } from '../../src/model/registry.js'
import type { Label, Model } from '../../src/model/types.js'
import { openReader } from '../score/input/byte-reader.js'
import { readForm } from '../score/input/input-form.js'
import { isSpecial } from '../score/output/descriptor.js'
import { openFileSink, openStandardOutput } from '../score/output/sink.js'
import { openModel } from '../score/rows/scoring-model.js'
import { describeAbsent } from '../score/shared/absent-columns.js'
import { PipeClosedError, ScoreError, UsageError } from '../score/shared/score-error.js'
import { say } from '../score/shared/words.js'
import { collect, type Findings } from './data/collect.js'
import { explainSample } from './data/explain-sample.js'
import { readOptions, type ReportCommandOptions, type ReportJob } from './options.js'
import { drawReport } from './view/report.js'

export type { ReportCommandOptions } from './options.js'

/** Exit statuses, as those of `score`. */
const EXIT = { done: 0, failed: 1, usage: 2, rejected: 3, SIGPIPE: 141 } as const

/**
 * Writes the report, and says on standard error what came of it.
 * @param input path; undefined or `-`: standard input
 * @returns the exit status
 */
export async function runReport(input: string | undefined, options: ReportCommandOptions): Promise<number> {
  try {
    const job = readOptions(input, options, readConfig())
    await assertWritable(job)
    if (job.input === undefined && process.stdin.isTTY) say('reading standard input, up to Ctrl-D', 'report')
    const { text, findings: { rows, rejected } } = await makeReport(job)
    const sink = job.out === undefined ? openStandardOutput() : await openFileSink(job.out, 0)
    await sink.write(Buffer.from(text))
    await sink.finish()
    const count = (number: number) => number.toLocaleString('en')
    if (!job.quiet) say(`${count(rows)} rows scored, ${count(rejected)} rejected`, 'report')
    return rows === 0 && rejected > 0 ? EXIT.rejected : EXIT.done
  } catch (error) {
    if (error instanceof PipeClosedError) return EXIT.SIGPIPE
    const isUsage = error instanceof UsageError || error instanceof ConfigError
    if (!isUsage && !(error instanceof ScoreError)) throw error
    say(error.message, 'report')
    return isUsage ? EXIT.usage : EXIT.failed
  }
}

/** Before the file is read: that may take a while. */
async function assertWritable({ input, model, out, force }: ReportJob): Promise<void> {
  if (out === undefined) {
    if (process.stdout.isTTY) throw new UsageError('expected --out FILE, or standard output redirected to a file: a report is not for a terminal')
    return
  }
  if (isSpecial(out) || !existsSync(out)) return
  const real = async (path: string) => realpath(path).catch(() => path)
  const sources = [model, ...input === undefined ? [] : [input]]
  if ((await Promise.all(sources.map(real))).includes(await real(out))) {
    throw new ScoreError(`${out} would be written over: expected a file of its own for the report`)
  }
  if (!force) throw new ScoreError(`${out} is there already: name another file, or write over it with --force`)
}

async function makeReport(job: ReportJob): Promise<{ readonly text: string, readonly findings: Findings }> {
  const { config, model: path, output } = job
  const name = basename(path, '.json')
  const read = await readDump(path, name, dump => ({ dump, model: createModel(dump) }))
  if ('reason' in read) throw new ScoreError(read.reason)
  const { made: { dump, model }, bytes } = read
  const reader = await openReader(job.input, new AbortController().signal)
  try {
    const scoring = openModel(model, path, config)
    if (output >= dump.outputs.length) {
      throw new UsageError(`--output: expected a whole number from 0 to ${dump.outputs.length - 1}, received ${output}`)
    }
    const given = job.label === undefined ? undefined : findLabel(model, output, job.label)
    const form = await readForm(reader, job.format, job.delimiter)
    const findings = await collect(reader, form, scoring, job.rows)
    if (findings.absent.length > 0) say(describeAbsent(findings.absent, form.csv?.header ?? []), 'report')
    const label = given ?? usualLabel(model, output, findings)
    const text = drawReport({
      language: job.language, name, model, bytes, goldenRows: dump.golden.length, findings,
      inputName: job.input === undefined ? undefined : basename(job.input),
      explained: findings.rows === 0 ? undefined : explainSample(dump, findings.sample, output, label),
      limits: { mediumFrom: config.riskMediumFrom, highFrom: config.riskHighFrom }, time: new Date()
    })
    return { text, findings }
  } finally {
    await reader.close()
  }
}

/** Classes that a message lists. */
const LISTED = 20

/** @throws UsageError when the model has no such class */
function findLabel({ task, outputs }: Model, output: number, text: string): Label {
  const classes = task === 'classifier' ? outputs[output].classes ?? [] : []
  const label = classes.find(label => String(label) === text)
  if (label !== undefined) return label
  const expected = classes.length === 0 ? 'none, since the model has no classes'
    : `one of ${classes.slice(0, LISTED).map(String).join(', ')}${classes.length > LISTED ? ', …' : ''}`
  throw new UsageError(`--class: expected ${expected}, received ${JSON.stringify(text)}`)
}

/** Of two classes the second, of more the one that is predicted most. */
function usualLabel({ task, outputs }: Model, output: number, { columns }: Findings): Label | undefined {
  const { classes } = outputs[output]
  if (task !== 'classifier' || classes === undefined) return undefined
  if (classes.length === 2) return classes[1]
  // Each output's prediction is a column of its own, and the first columns of labels are those.
  const predicted = columns.filter(column => column.kind === 'label').at(output)?.labels
  const count = (label: Label) => predicted?.get(String(label)) ?? 0
  return classes.reduce((most, label) => count(label) > count(most) ? label : most, classes[0])
}
