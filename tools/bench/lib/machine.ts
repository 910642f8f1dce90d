/** What it was measured on, and with which versions. */
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** Programs that wanted a core when it began, in the mean of a minute: above 0.5, others were at work. */
  readonly load: number
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: Number(loadavg()[0].toFixed(2))
  }
}

/** First line of what a program says; undefined when there is none. */
export function firstLine(program: string, args: readonly string[], cwd?: string): string | undefined {
  try {
    const text = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], cwd })
    return text.split('\n')[0].trim()
  } catch {
    return undefined
  }
}
