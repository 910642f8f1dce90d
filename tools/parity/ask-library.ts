/** What the library that wrote a model file answers, for `recall-ml corpus --python`. */
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { ConvertedModel } from '../convert/convert.js'
import { SumBounds } from '../convert/golden/sum-bounds.js'
import { compareRows, type CaseResult, type Kinds, type Questions } from './compare.js'

const SCRIPT = join(PACKAGE_ROOT, 'tools', 'parity', 'ask_model.py')
const MAX_ANSWER_BYTES = 1e9
const TIMEOUT_MS = 300_000

type Answers = { readonly expected: Questions['expected'] } | { readonly problem: string }

/** What came of a comparison, or why there was none. */
export type Agreement = { readonly compared: CaseResult } | { readonly problem: string }

/** Whether there is what asks a library: an installed package has it not. */
export function canAskLibraries(): boolean {
  return existsSync(SCRIPT)
}

/**
 * Asks the library about the golden rows, in a process of its own.
 * @param path of the model file
 * @param pythons interpreters that have libraries, the first that can load the file answers
 */
export async function compareWithLibrary(
  path: string, models: readonly ConvertedModel[], pythons: readonly string[]
): Promise<Agreement> {
  if (models.length !== 1) return { problem: `the file makes ${models.length} models` }
  if (statSync(path).isDirectory()) return { problem: 'the model is a folder' }
  const [{ dump, model }] = models
  const columns = dump.inputs.map(({ name }) => name)
  const kinds: Kinds = Object.fromEntries(
    dump.inputs.map(({ name, type }) => [name, type === 'category' || type === 'text' ? 'category' : 'number'])
  )
  const rows = dump.golden.map(({ input }) => input)
  const asked = { case: path, tier: 1, columns, kinds, rows } as const
  const problems = new Set<string>()
  for (const python of pythons) {
    const answers = await ask(python, path, JSON.stringify({ columns, kinds, rows }))
    if ('problem' in answers) problems.add(answers.problem)
    else {
      return { compared: compareRows({ ...asked, expected: answers.expected }, model, new SumBounds(dump)) }
    }
  }
  return { problem: [...problems].join('; ') }
}

async function ask(python: string, path: string, questions: string): Promise<Answers> {
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  const options = { env, maxBuffer: MAX_ANSWER_BYTES, timeout: TIMEOUT_MS }
  const asked = promisify(execFile)(python, [SCRIPT, resolve(path)], options)
  // A program that ends early closes the pipe: its own words say why.
  asked.child.stdin?.on('error', () => undefined)
  asked.child.stdin?.end(questions)
  try {
    return JSON.parse((await asked).stdout) as Answers
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    const said = stderr.trim().split('\n').at(-1) ?? ''
    return { problem: said === '' ? message : said }
  }
}
