/** Commands for those who work on this project: they need its repository. */
import type { Command } from 'commander'
import type { FuzzCommandOptions } from './fuzz/command.js'

/** Adds them, and an example of each to the help. */
export function addRepositoryCommands(program: Command): void {
  program.addHelpText('after', `
In this repository:
  recall-ml parity cases                             compare a folder of models with scikit-learn's answers
  recall-ml fuzz dumps --cases 1000                  look for damaged dumps that are not refused
  recall-ml openapi --check                          whether docs/openapi.json is up to date
  recall-ml schema --check                           whether the schemas in model-json are up to date`)

  program.command('parity')
    .description("compare whole folders of models with scikit-learn's own answers (tools/parity makes them)")
    .argument('<folders...>', 'folders that make_cases.py wrote')
    .option('--table <file>', 'replace the table in a Markdown document')
    .option('--verbose', 'also show what was not converted, and why')
    .option('--json', 'a line of JSON for each model instead')
    .action(async (folders: string[], options: { table?: string, verbose?: boolean, json?: boolean }) => {
      const { runParity } = await import('./parity/command.js')
      process.exitCode = await runParity(folders, options)
    })

  program.command('fuzz')
    .description('mutate model files, dumps and requests, and look for what the program neither takes nor refuses in its own words')
    .argument('[kinds...]', 'files, recipes, dumps, sockets, instead of all')
    .option('--cases <n>', 'of each kind', '10000')
    .option('--seed <n>', 'what all chance is drawn from', '1')
    .option('--only <k>', 'one case by its number, as a finding has it')
    .option('--corpus <folders...>', 'folders of model files, beside the fixtures of the tests')
    .option('--workers <n>', 'processes, instead of one per core')
    .option('--out <folder>', 'where the inputs of findings are written', 'fuzz-findings')
    .action(async (kinds: string[], options: FuzzCommandOptions) => {
      const { runFuzz } = await import('./fuzz/command.js')
      process.exitCode = await runFuzz(kinds, options)
    })

  program.command('openapi')
    .description('write the OpenAPI document of the service with the models that come with it')
    .option('--file <file>', 'where to write it, instead of docs/openapi.json')
    .option('--check', 'only say whether the file is up to date')
    .action(async (options: { file?: string, check?: boolean }) => {
      const { writeOpenApi } = await import('./openapi.js')
      process.exitCode = await writeOpenApi(options)
    })

  program.command('schema')
    .description('write the JSON Schemas of dumps and recipes to model-json/')
    .option('--check', 'only say whether the file is up to date')
    .action(async (options: { check?: boolean }) => {
      const { writeSchemas } = await import('./schema.js')
      process.exitCode = await writeSchemas(options)
    })
}
