/** Files of customers, and the command that scores them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.js'

const CLI = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')

export const SHIPPED = join(PACKAGE_ROOT, 'model-json')

export const COLUMNS = [
  'avg_data_usage_gb', 'pct_video_usage', 'avg_call_duration', 'sms_freq', 'monthly_spend', 'topup_freq',
  'travel_score', 'complaint_count', 'plan_type', 'device_brand'
]

const PLANS = ['Prepaid', 'Postpaid', 'Corporate', '']
const BRANDS = ['Apple', 'Samsung', 'Xiaomi', 'Other', 'Nokia, the old one', 'Said "smart"', 'Zwei\nZeilen', 'Größe', '']

export interface Finished {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface Run {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
}

export interface RunOptions {
  readonly cwd: string
  readonly input?: string | Buffer
  readonly env?: Record<string, string>
  /** Standard input stays open, for the caller to write to. */
  readonly waiting?: boolean
}

/** Starts `recall-ml score` with nothing of this process's settings. */
export function startScore(
  args: readonly string[], { cwd, input, env, waiting }: RunOptions
): Run {
  const child = spawn(process.execPath, [CLI, 'score', ...args], { cwd, env: { PATH: process.env.PATH, ...env } })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A command that does not read its input closes it.
  child.stdin.on('error', () => {})
  if (waiting !== true) child.stdin.end(input)
  const finished = once(child, 'close').then(([status, signal]) => ({
    status: status as number | null, signal: signal as string | null,
    stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString()
  }))
  return { child, finished }
}

export function score(...run: Parameters<typeof startScore>): Promise<Finished> {
  return startScore(...run).finished
}

/** A customer's cells as text, gaps and categories that no model knows among them; one in twenty has a bad cell. */
export function randomCells(random: () => number): string[] {
  const number = (high: number, digits: number) => random() < 0.05 ? '' : (random() * high).toFixed(digits)
  const cells = [
    number(39, 2), number(1, 3), number(28, 2), number(31, 0), number(450_000, 0), number(12, 0), number(0.855, 3),
    number(5, 0), PLANS[Math.floor(random() * PLANS.length)], BRANDS[Math.floor(random() * BRANDS.length)]
  ]
  if (random() < 0.05) cells[Math.floor(random() * 8)] = ['x', '-1', '1,5', ' 2', 'NaN', '7\0'][Math.floor(random() * 6)]
  return cells
}

export function toCsv(rows: ReadonlyArray<readonly string[]>, delimiter = ',', lineBreak = '\n'): string {
  const quote = (cell: string) => /["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  return rows.map(row => row.map(quote).join(delimiter) + lineBreak).join('')
}

/** What a request has for a customer's cells. */
export function toRequest(cells: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(COLUMNS.map((name, i) => [name, toValue(cells[i], i < 8)]))
}

function toValue(cell: string, isNumber: boolean): unknown {
  if (cell === '') return null
  return isNumber && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell
}
