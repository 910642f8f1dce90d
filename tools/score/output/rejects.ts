/** The side file of rows that were rejected: NDJSON, a line per row. */
import { isHeld, lockOutput, type Lock } from './lock.js'
import { openFileSink, partialName, removeFile, resolveFile, type Sink } from './sink.js'
import type { Reject } from '../rows/scorer.js'

/** A file that is there only when there is something in it. */
export class RejectsFile {
  private sink: Sink | undefined
  private lock: Lock | undefined

  private constructor(readonly path: string) {}

  /** @param keep bytes of the unfinished file that stay */
  static async open(path: string, keep: number): Promise<RejectsFile> {
    const file = new RejectsFile(path)
    if (keep > 0) file.sink = await file.openSink(keep)
    else await file.remove(partialName)
    return file
  }

  private async openSink(keep: number): Promise<Sink> {
    const target = await resolveFile(this.path)
    if (target !== undefined) this.lock = await lockOutput(target)
    return await openFileSink(this.path, keep)
  }

  /** Removes what an earlier run has left, not what another one is writing. */
  private async remove(nameOf: (target: string) => string): Promise<void> {
    const target = await resolveFile(this.path)
    if (target !== undefined && !await isHeld(target)) await removeFile(nameOf(target))
  }

  get length(): number {
    return this.sink?.length ?? 0
  }

  /** @param line number of the first line of the rejects' block */
  async write(rejects: readonly Reject[], line: number): Promise<void> {
    if (rejects.length === 0) return
    this.sink ??= await this.openSink(0)
    const lines = rejects.map(({ line: offset, problems: errors, row }) =>
      JSON.stringify({ line: line + offset, errors, row }))
    await this.sink.write(Buffer.from(`${lines.join('\n')}\n`))
  }

  async sync(): Promise<void> {
    await this.sink?.sync()
  }

  /** Rejects of an earlier run must not be taken for those of this one. */
  async finish(): Promise<void> {
    if (this.sink === undefined) return await this.remove(target => target)
    await this.sink.finish()
    await this.lock?.release()
  }

  async close(): Promise<void> {
    await this.sink?.close()
    await this.lock?.release()
  }

  async discard(): Promise<void> {
    await this.sink?.discard()
    await this.lock?.release()
  }
}
