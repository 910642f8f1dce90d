/** Words for people. */
import { escapeText } from '../../terminal/escape.js'

/** Writes one line to standard error, for the person who started a run, whatever is in it. */
export function say(text: string, command: 'report' | 'score' = 'score'): void {
  process.stderr.write(`recall-ml ${command}: ${escapeText(text)}\n`)
}

/** `48 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatTime(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`
}
