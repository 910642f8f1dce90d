/** How far a run has come, in a small file beside its output. */
import { open, readFile, rename, stat } from 'node:fs/promises'
import type { Reasons } from './reasons.js'
import { partialName, removeFile, syncFolder } from './sink.js'
import { ResumeError, wrapIo } from '../shared/score-error.js'

/** What was counted so far. */
export interface Totals {
  /** Rows in the output. */
  rows: number
  rejected: number
  /** Rows with fields that counted as their fallback. */
  defaulted: number
  /** Lines with nothing on them. */
  blank: number
  /** Why rows were rejected. */
  reasons?: Reasons
}

/** What decides on the bytes of an output, as text or numbers by what they are called. */
export type Conditions = Readonly<Record<string, string | number | boolean>>

/** A place between two blocks. */
export interface Checkpoint {
  readonly conditions: Conditions
  /** Bytes of the input, unpacked, from its first row of this run on. */
  readonly inputBytes: number
  /** SHA-256 of the header and those bytes. */
  readonly inputSha256: string
  /** Number of the line that comes next. */
  readonly line: number
  readonly outputBytes: number
  readonly rejectsBytes: number
  readonly totals: Totals
}

/** Name of an output's checkpoint. */
export function checkpointName(output: string): string {
  return `${output}.checkpoint`
}

/**
 * Replaces the checkpoint at once: whenever the machine stops, the old one is there or the new one. What it speaks of
 * has to be on the disk before.
 */
export async function writeCheckpoint(output: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointName(output)
  try {
    const file = await open(`${path}.new`, 'w')
    try {
      await file.writeFile(`${JSON.stringify(checkpoint)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    await syncFolder(path)
  } catch (error) {
    throw wrapIo(`${path} cannot be written`, error)
  }
}

export async function removeCheckpoint(output: string): Promise<void> {
  const path = checkpointName(output)
  await removeFile(path)
  await removeFile(`${path}.new`)
}

/**
 * The checkpoint of an output, if there is one that can be gone on from.
 * @param rejects path of the rejects' file
 * @throws ResumeError when this run would write something else than the one that left it
 */
export async function readCheckpoint(
  output: string, rejects: string, conditions: Conditions
): Promise<Checkpoint | undefined> {
  const path = checkpointName(output)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw wrapIo(`${path} cannot be read`, error)
  })
  if (text === undefined) return undefined
  const checkpoint = parse(text)
  if (checkpoint === undefined) throw new ResumeError(`${path} is damaged: start again without --resume`)
  for (const name of new Set([...Object.keys(conditions), ...Object.keys(checkpoint.conditions)])) {
    const [before, now] = [checkpoint.conditions[name], conditions[name]]
    if (before === now) continue
    throw new ResumeError(
      `${output} cannot be resumed: the ${name} has changed, expected ${show(before)} as at first, received ${show(now)}: ` +
      'make it what it was, or start again without --resume'
    )
  }
  await checkLength(partialName(output), checkpoint.outputBytes)
  if (checkpoint.rejectsBytes > 0) await checkLength(partialName(rejects), checkpoint.rejectsBytes)
  return checkpoint
}

function parse(text: string): Checkpoint | undefined {
  try {
    const value = JSON.parse(text) as Partial<Checkpoint> | null
    return typeof value?.inputSha256 === 'string' && typeof value.conditions === 'object' ? value as Checkpoint : undefined
  } catch {
    return undefined
  }
}

function show(value: string | number | boolean | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}

/** What is beyond the checkpoint is cut off and written again; what is missing is lost. */
async function checkLength(path: string, expected: number): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  if (size >= expected) return
  throw new ResumeError(`${path}: expected at least the ${expected} bytes of the checkpoint, received ${size}: start again without --resume`)
}
