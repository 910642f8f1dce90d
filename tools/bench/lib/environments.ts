/** What peers run in, made when it is first needed and kept in the cache. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { BENCH, CACHE } from './paths.js'
import { has, run } from './processes.js'

/** What a peer needs to run. */
export type Need = 'node' | 'python' | 'mlserver' | 'ydf' | 'explain' | 'c' | `npm:${string}`

const PYTHON_FILES = { python: 'forests.txt', mlserver: 'mlserver.txt', ydf: 'ydf.txt', explain: 'explain.txt' } as const

const made = new Map<string, Promise<string>>()

/**
 * Makes what is needed, once.
 * @returns the program that runs the peer: Node.js, the environment's Python, the C compiler
 * @throws Error saying why it cannot be had
 */
export function provide(need: Need): Promise<string> {
  let program = made.get(need)
  if (program === undefined) {
    program = make(need)
    made.set(need, program)
  }
  return program
}

async function make(need: Need): Promise<string> {
  if (need === 'c') {
    if (!has('cc')) throw new Error('no C compiler (cc) on this machine')
    return 'cc'
  }
  if (need === 'python' || need === 'mlserver' || need === 'ydf' || need === 'explain') return await makePython(PYTHON_FILES[need])
  if (need.startsWith('npm:')) {
    const name = need.slice(4)
    try {
      createRequire(join(BENCH, 'package.json')).resolve(name)
    } catch {
      throw new Error(`${name} could not be installed for this machine`)
    }
  }
  return process.execPath
}

/** A virtual environment with these packages, made anew when the list changes. */
async function makePython(file: string): Promise<string> {
  const requirements = join(BENCH, 'requirements', file)
  const stamp = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  const folder = join(CACHE, 'python', file.replace('.txt', ''))
  const python = join(folder, 'bin', 'python')
  const stampFile = join(folder, 'requirements.sha256')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return python
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(CACHE, 'python'), { recursive: true })
  await run({ program: process.env.BENCH_PYTHON ?? 'python3', args: ['-m', 'venv', folder] })
  await run({ program: python, args: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements] })
  writeFileSync(stampFile, stamp)
  return python
}

/** Versions of the packages of an environment, as pip lists them. */
export async function listPackages(need: 'python' | 'mlserver' | 'ydf'): Promise<Record<string, string>> {
  const json = await run({ program: await provide(need), args: ['-m', 'pip', 'list', '--format=json', '--disable-pip-version-check'] })
  const wanted = readFileSync(join(BENCH, 'requirements', PYTHON_FILES[need]), 'utf8')
  const packages = JSON.parse(json) as Array<{ name: string, version: string }>
  return Object.fromEntries(packages.filter(({ name }) => wanted.includes(`${name.toLowerCase()}==`))
    .map(({ name, version }) => [name, version]))
}
