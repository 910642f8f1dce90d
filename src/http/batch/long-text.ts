/** Long texts put together from many parts. */

/** Parts become bytes when they are so long together: a text of a million parts takes many times its own length. */
const CHUNK = 65_536

/** A text that grows part by part, kept as bytes. */
export class LongText {
  /** In bytes. */
  length = 0
  private readonly chunks: Buffer[] = []
  private text = ''

  add(part: string): void {
    this.length += Buffer.byteLength(part)
    this.text += part
    if (this.text.length >= CHUNK) this.flush()
  }

  /** The whole text, as bytes. */
  finish(): Buffer {
    this.flush()
    return this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.length)
  }

  private flush(): void {
    this.chunks.push(Buffer.from(this.text))
    this.text = ''
  }
}
