#!/usr/bin/env node
/**
 * One command with sub-commands; each is a function of its own file that returns the exit status. The files are
 * imported when they are needed: a conversion has no use for a web server.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { PACKAGE_ROOT, PACKAGE_VERSION, SETTING_OPTIONS } from '../src/config.js'
import { findBundle } from '../src/find-bundle.js'
import type { ConvertCommandOptions } from './convert/command.js'
import type { CorpusOptions } from './corpus.js'
import type { InspectCommandOptions } from './inspect/command.js'
import type { ReportCommandOptions } from './report/command.js'
import type { ScoreCommandOptions } from './score/command.js'
import type { VerifyOptions } from './verify.js'

// Whoever reads the output may have seen enough, as `head` has: that is not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Those who write much, such as score, have their own word for it.
  if (process.stdout.listenerCount('error') > 1) return
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const program = new Command('recall-ml')
  .description('Serves scikit-learn forests from Node.js, bit for bit and without Python.')
  .version(PACKAGE_VERSION)
  .addHelpText('after', `
Examples:
  recall-ml convert --out my-models model.pkl        write my-models/model.json
  recall-ml serve --models my-models --port 8080     answer at http://localhost:8080, with Swagger UI at /docs
  recall-ml score --model my-models/model.json --out scored.csv customers.csv
  recall-ml report --model my-models/model.json customers.csv > report.html
  recall-ml inspect model.pkl                        show what a file contains
  recall-ml inspect model.pkl scaler.pkl --suggest recipe.yaml
  recall-ml verify my-models/model.json              prove a dump again
  recall-ml seal my-models/model.json                say that an edit of a dump is meant
  recall-ml corpus my-files                          which model files in a folder can be converted
  recall-ml client --url http://localhost:8080       ask a running service about a few customers

recall-ml COMMAND --help shows the options of a command.`)

const serveCommand = program.command('serve')
  .description('serve the models in a folder; options win over the environment, and that over a .env file')
for (const { option, setting, expected, byDefault } of SETTING_OPTIONS) {
  const value = typeof byDefault === 'boolean' ? '[value]' : '<value>'
  const fallback = String(byDefault) === '' ? '' : `, by default ${String(byDefault)}`
  serveCommand.option(`--${option} ${value}`, `${expected} (${setting}${fallback})`)
}
serveCommand.action(async (_options: unknown, command: Command) => {
  const given = new Map(command.options.map(option => [option.long, command.getOptionValue(option.attributeName())]))
  for (const { option, setting } of SETTING_OPTIONS) {
    const value = given.get(`--${option}`) as string | true | undefined
    if (value !== undefined) process.env[setting] = String(value)
  }
  const { serve } = await import('../src/start.js')
  await serve()
})

program.command('convert')
  .description('turn .pkl, .joblib or .skops files into JSON tree dumps, without executing anything in them')
  .argument('<files...>', 'model files, archives or folders of them, those of MLflow too; several that belong to one model are recognised by what they contain')
  .requiredOption('--out <folder>', 'where to write the dumps')
  .option('--name <name>', 'name of the model, when it is one')
  .option('--recipe <recipe>', 'how the files make a model: a recipe file (docs/recipes.md), or the name of a recipe')
  .option('--golden <folder>', "prove the models on scikit-learn's own answers, in NAME.golden.ndjson files")
  .option('--quality <file>', 'JSON with what was measured in training, kept in the provenance')
  .option('--tracking-uri <uri>', "MLflow's server or store, for files such as models:/churn@champion; MLFLOW_TRACKING_URI when absent")
  .action(async (files: string[], options: ConvertCommandOptions) => {
    const { runConvert } = await import('./convert/command.js')
    process.exitCode = await runConvert(files, options)
  })

program.command('inspect')
  .description('show what .pkl, .joblib or .skops files contain, without converting or executing anything')
  .argument('<files...>', 'any files, or folders of them; those that are not pickles are named')
  .option('--depth <levels>', 'levels to show, 0 to 64, instead of 8')
  .option('--all', 'show as much as is reasonable, rather than as is readable')
  .option('--json', 'a line of JSON for each file')
  .option('--suggest <file>', 'write a recipe for the files instead, to be given to convert --recipe')
  .action(async (files: string[], options: InspectCommandOptions) => {
    const { runInspect } = await import('./inspect/command.js')
    process.exitCode = await runInspect(files, options)
  })

program.command('verify')
  .description("compare a dump's answers with its golden rows, or with a CSV file of expected answers, bit for bit")
  .argument('<dump>', 'a JSON tree dump')
  .option('--csv <file>', 'inputs and expected answers: prediction, probability_LABEL, value, score, decision, risk_score, offer_name, ...')
  .option('--ulps <n>', 'units in the last place that an answer may be off', '0')
  .option('--decimals <n>', 'decimals that the answers in the file were rounded to')
  .option('--answer <column=answer...>', 'columns that have an answer under another name: risk=probability_1 label=prediction')
  .option('--ignore <columns>', 'columns of the CSV file, with commas between, that are neither inputs nor answers')
  .option('--partial', 'compare what can be compared, whatever other columns the CSV file has or lacks')
  .action(async (dump: string, options: VerifyOptions) => {
    const { runVerify } = await import('./verify.js')
    process.exitCode = await runVerify(dump, options)
  })

program.command('seal')
  .description('say that an edit of a dump is meant: check it, and write the digest that it is served with')
  .argument('<dump>', 'a JSON tree dump, replaced by itself with its new digest')
  .option('--new-golden', "replace its golden rows, scikit-learn's too, by ones that this program computes")
  .action(async (dump: string, options: { newGolden?: boolean }) => {
    const { runSeal } = await import('./seal.js')
    process.exitCode = await runSeal(dump, options)
  })

program.command('score')
  .description("put a model's answer at the end of each row of a CSV or NDJSON file, on all cores")
  .argument('[file]', 'CSV with a header, or NDJSON, plain or gzip; - or nothing: standard input')
  .requiredOption('--model <model>', 'name of a model in MODEL_PATH, or path of a dump', takeOnce('for two answers in one file run twice with --prefix'))
  .option('--out <file>', 'where to write, instead of standard output')
  .option('--format <format>', 'csv or ndjson, instead of what the name or the first byte tells')
  .option('--delimiter <character>', 'between cells, instead of what the header tells: , ; tab')
  .option('--gzip', 'compress the output; a name that ends with .gz does too')
  .option('--explain <n>', 'adds why: so many of the strongest factors of each answer, and what they contribute')
  .option('--prefix <text>', "begins the names of the answer's columns")
  .option('--rejects <file>', 'rows that cannot be scored, instead of OUT.rejects.ndjson or INPUT.MODEL.rejects.ndjson')
  .option('--max-rejects <n>', 'rows, or a share such as 0.5%, that may be rejected with exit status 0 (default: 0)')
  .option('--workers <n>', 'threads, instead of one per core')
  .option('--require-columns', 'fail when the file lacks a column of the model, instead of warning')
  .option('--resume', 'go on where an interrupted run to the same --out was')
  .option('--checkpoint <seconds>', 'least time between two notes of how far it is, for --resume (default: 1)')
  .option('--shard <index/count>', 'only this part of the file: 0/10 is the first of ten')
  .option('--shards <count>', 'the same, with the index in JOB_COMPLETION_INDEX')
  .option('--quiet', 'no progress and no summary; warnings stay')
  .addHelpText('after', '\nExit status: 0 all rows scored, 1 failed, 2 wrong usage, 3 done but rows were rejected.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (file: string | undefined, options: ScoreCommandOptions) => {
    const bundle = findBundle('score/command.js')
    const { runScore } = bundle === undefined
      ? await import('./score/command.js')
      : await import(pathToFileURL(bundle).href) as typeof import('./score/command.js')
    process.exitCode = await runScore(file, options)
  })

program.command('report')
  .description('show what a model answers to the rows of a CSV or NDJSON file, and why, in one HTML file')
  .argument('[file]', 'CSV with a header, or NDJSON, plain or gzip; - or nothing: standard input')
  .requiredOption('--model <model>', 'name of a model in MODEL_PATH, or path of a dump', takeOnce('for two models make two reports'))
  .option('--out <file>', 'where to write, instead of standard output')
  .option('--force', 'write over a file that is there already')
  .option('--rows <n>', 'rows that are explained, at most, drawn evenly at random (default: 2000)')
  .option('--class <label>', 'the class that is explained; by default the second of two, or the one that is predicted most')
  .option('--output <index>', 'of a model with several outputs, the one that is explained (default: 0)')
  .option('--lang <language>', 'en or id (default: en)')
  .option('--format <format>', 'csv or ndjson, instead of what the name or the first byte tells')
  .option('--delimiter <character>', 'between cells, instead of what the header tells: , ; tab')
  .option('--quiet', 'no summary; warnings stay')
  .addHelpText('after', '\nExit status: 0 the report was written, 1 failed, 2 wrong usage, 3 written but all rows were rejected.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (file: string | undefined, options: ReportCommandOptions) => {
    const bundle = findBundle('score/report.js')
    const { runReport } = bundle === undefined
      ? await import('./report/command.js')
      : await import(pathToFileURL(bundle).href) as typeof import('./report/command.js')
    process.exitCode = await runReport(file, options)
  })

program.command('corpus')
  .description('show which of the model files in a folder can be converted, and why the others cannot')
  .argument('<folder>', 'searched with all folders in it')
  .option('--json', 'a line of JSON for each model')
  .option('--python <paths...>', 'interpreters with the libraries: what converts is compared with what the first that can load it answers')
  .action(async (folder: string, options: CorpusOptions) => {
    const { runCorpus } = await import('./corpus.js')
    process.exitCode = await runCorpus(folder, options)
  })

program.command('client')
  .description('ask a running service about a few customers and time it')
  .option('--url <url>', 'where the service is', 'http://127.0.0.1:5000')
  .action(async (options: { url: string }) => {
    const { runClient } = await import('./client.js')
    process.exitCode = await runClient(options)
  })

// An installed package has none of these.
if (existsSync(join(PACKAGE_ROOT, 'tsconfig.json'))) {
  const { addRepositoryCommands } = await import('./repository-commands.js')
  addRepositoryCommands(program)
}

/** @throws InvalidArgumentError with the advice when the option was there before */
function takeOnce(advice: string): (value: string, previous: string | undefined) => string {
  return (value, previous) => {
    if (previous === undefined) return value
    throw new InvalidArgumentError(`One model a run; ${advice}.`)
  }
}

await program.parseAsync()
