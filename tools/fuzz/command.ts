/** `recall-ml fuzz`: mutated model files and dumps, which the program has to take or to refuse in its own words. */
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fuzz, type Finding } from './fuzz.js'
import { KINDS, type Kind } from './shared/fuzzer.js'

export interface FuzzCommandOptions {
  readonly cases: string
  readonly seed: string
  readonly only?: string
  readonly corpus?: readonly string[]
  readonly workers?: string
  readonly out: string
}

/** Of files that findings are written to. */
const SUFFIXES: Readonly<Partial<Record<Kind, string>>> = { files: 'bin', recipes: 'yaml' }

/** Prints what was found, and writes the input of each finding. @returns exit status: 1 when there are any */
export async function runFuzz(kinds: readonly string[], options: FuzzCommandOptions): Promise<number> {
  const unknown = kinds.find(kind => !KINDS.includes(kind as Kind))
  if (unknown !== undefined) return complain(`no kind of case is called "${unknown}", expected ${KINDS.join(' or ')}`)
  const [cases, seed, only, workers] = [options.cases, options.seed, options.only ?? '0', options.workers ?? '1'].map(Number)
  if (![cases, seed, only, workers].every(number => Number.isSafeInteger(number) && number >= 0) || workers === 0) {
    return complain('--cases, --seed, --only and --workers: expected whole numbers')
  }
  let found = 0
  for (const kind of kinds.length === 0 ? KINDS : kinds as Kind[]) {
    const start = performance.now()
    const { accepted, refused, findings } = await fuzz({
      kind,
      seed,
      cases: options.only === undefined ? [0, cases] : [only, only + 1],
      corpus: options.corpus ?? [],
      workers: options.workers === undefined ? availableParallelism() : workers
    })
    const seconds = (performance.now() - start) / 1000
    console.log(`${kind}, seed ${seed}: ${accepted} taken, ${refused} refused, ${findings.length} faults, ${seconds.toFixed(0)} s`)
    for (const finding of findings) await report(finding, options)
    found += findings.length
  }
  return found === 0 ? 0 : 1
}

function complain(what: string): number {
  console.error(`recall-ml fuzz: ${what}.`)
  return 2
}

async function report(finding: Finding, { out, corpus = [] }: FuzzCommandOptions): Promise<void> {
  const { kind, seed, number, fault, source, bytes, count } = finding
  const path = join(out, `${kind}-${seed}-${number}.${SUFFIXES[kind] ?? 'json'}`)
  await mkdir(out, { recursive: true })
  await writeFile(path, bytes)
  const folders = corpus.map(folder => ` --corpus ${folder}`).join('')
  console.log(`\n${fault.what} (${count} cases)\n  made of ${source}: ${path}`)
  console.log(`  again: npm run fuzz -- ${kind} --seed ${seed} --only ${number}${folders}`)
  console.log(fault.where.replace(/^/gm, '    '))
}
