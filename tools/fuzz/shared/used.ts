/** Processor time of other processes. */
import { readFileSync } from 'node:fs'

/** How Linux counts it. */
const TICK_MS = 10

/** Milliseconds that a process has used; 0 where the system does not say. */
export function readUsed(pid: number | undefined): number {
  try {
    const [, rest] = /^\d+ \(.*\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim()) ?? []
    const fields = rest.split(' ')
    return TICK_MS * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return 0
  }
}
