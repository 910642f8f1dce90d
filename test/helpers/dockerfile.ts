/** Does in folders what a Dockerfile says, with the programs of this machine in place of the base images. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Instruction {
  readonly name: string
  readonly text: string
}

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

/** Stages of a Dockerfile, of those forms that are used here. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text.split('\n').filter(line => !/^\s*(#|$)/.test(line)).join('\n').replaceAll(/\\\n\s*/g, '').split('\n')
  const stages: Array<{ base: string, name: string | undefined, instructions: Instruction[] }> = []
  for (const line of lines) {
    const [, name = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`expected an instruction, received ${line}`)
    if (name === 'FROM') {
      const [base, , as] = text.split(' ')
      stages.push({ base, name: as, instructions: [] })
    } else stages[stages.length - 1].instructions.push({ name, text })
  }
  return stages
}

/** The one instruction of a name in a stage, its last. */
export function instructionOf(stage: Stage, name: string): string {
  const found = stage.instructions.filter(instruction => instruction.name === name).at(-1)
  if (found === undefined) throw new Error(`the last stage has no ${name}`)
  return found.text
}

/** A command in its exec form, after CMD. */
export function commandOf(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf('['))) as string[]
}

export function environmentOf(stage: Stage): Record<string, string> {
  const settings = stage.instructions.filter(({ name }) => name === 'ENV')
  return Object.fromEntries(settings.map(({ text }) => text.split('=') as [string, string]))
}

/**
 * Builds each stage in a folder of its own.
 * @param context folder that COPY takes files from
 * @param folder where the stages are made
 * @returns folder of the last stage, which has what the image adds to its base
 * @throws Error with the output of a step that fails
 */
export function buildStages(stages: readonly Stage[], context: string, folder: string): string {
  const rootOf = (i: number) => join(folder, `stage-${i}`)
  for (const [i, stage] of stages.entries()) {
    let cwd = rootOf(i)
    for (const { name, text } of stage.instructions) {
      if (name === 'WORKDIR') mkdirSync(cwd = join(rootOf(i), text), { recursive: true })
      else if (name === 'RUN') run(text, cwd)
      else if (name === 'COPY') copy(text, cwd)
    }
  }
  return rootOf(stages.length - 1)

  function copy(text: string, cwd: string): void {
    const words = text.split(' ')
    const from = words[0].startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
    const source = from === undefined ? context : rootOf(stages.findIndex(({ name }) => name === from))
    const target = words.pop() ?? ''
    for (const word of words) {
      const path = join(source, word)
      if (!existsSync(path)) throw new Error(`COPY ${text}: ${path} does not exist`)
      cpSync(path, target.endsWith('/') ? join(cwd, target, word.split('/').at(-1) ?? '') : resolve(cwd, target), {
        recursive: true
      })
    }
  }
}

function run(command: string, cwd: string): void {
  // What is in the cache is not asked for again.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, npm_config_prefer_offline: 'true' }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`RUN ${command}: status ${status}\n${stdout}${stderr}`)
}
