/** A run that cannot go on, in words for the person who started it. */
export class ScoreError extends Error {
  override readonly name = 'ScoreError'
}

/** A file that another run is writing. */
export class BusyError extends ScoreError {}

/** A run that cannot be taken up where it was. */
export class ResumeError extends ScoreError {}

/** A command line that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Whoever reads the output has gone, as `head` does. */
export class PipeClosedError extends Error {
  override readonly name = 'PipeClosedError'
}

/** What the system says when it refuses, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EBADF: 'it is not open for that',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'no space is left on the device; make room',
  EDQUOT: 'the quota is used up; make room',
  EFBIG: 'it is larger than files may be here',
  EROFS: 'the file system is read-only',
  EIO: 'the device failed'
}

/**
 * The system's refusal as an error for people.
 * @param what begins the message: the file, and what was done with it
 */
export function wrapIo(what: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return error as Error
  if (code === 'EPIPE') return new PipeClosedError()
  return new ScoreError(`${what}: ${REASONS[code] ?? 'the system refused'} (${code})`, { cause: error })
}
