/** Cases shared out among worker processes, and their faults. */
import type { Fault } from './shared/limits.js'
import { runWorker } from './process.js'
import type { WorkerOptions } from './work.js'

export interface Found {
  readonly accepted: number
  readonly refused: number
  /** One for each kind of fault, with the first case that had it, in order. */
  readonly faults: ReadonlyArray<{ readonly number: number, readonly fault: Fault, readonly count: number }>
}

/**
 * @param script of the workers, instead of the fuzzer's own
 */
export async function search(options: Omit<WorkerOptions, 'step'>, workers: number, script?: string): Promise<Found> {
  const found = new Map<string, Found['faults'][number]>()
  const counts = { accepted: 0, refused: 0 }
  const note = (number: number, fault: Fault) => {
    const known = found.get(keyOf(fault))
    const first = known === undefined || number < known.number ? { number, fault } : known
    found.set(keyOf(fault), { ...first, count: (known?.count ?? 0) + 1 })
  }
  const work = async (index: number) => {
    for (let next = options.from + index; next < options.to;) {
      const suspects = new Set<number>()
      const ending = await runWorker({ ...options, from: next, step: workers }, {
        onFault: note,
        onSuspect: number => suspects.add(number),
        onDone: outcome => counts[outcome]++
      }, script)
      next = ending.next
      if (ending.broken !== undefined) suspects.add(ending.broken.number)
      for (const number of suspects) {
        const fault = await confirm({ ...options, from: number, to: number + 1, step: 1 }, script)
        if (fault !== undefined) note(number, fault)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, options.to - options.from) }, (_, index) => work(index)))
  return { ...counts, faults: [...found.values()].sort((a, b) => a.number - b.number) }
}

/** The same for faults that differ in a number, such as a length, alone. */
function keyOf({ what, where }: Fault): string {
  return `${what.replace(/\d+/g, '#').slice(0, 60)} ${where.split('\n')[0]}`
}

/** A suspect alone in a process: what the cases before it left behind is not a fault, nor are other programs. */
async function confirm(options: WorkerOptions, script?: string): Promise<Fault | undefined> {
  let suspicion = ''
  const { broken } = await runWorker(options, {
    onFault() {},
    onSuspect(_, why) { suspicion = why },
    onDone() {}
  }, script)
  if (broken !== undefined) return broken.fault
  return suspicion === '' ? undefined : { what: suspicion, where: '' }
}
