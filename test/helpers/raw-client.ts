/** A client of a socket's own, for what no library sends. */
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export class RawClient {
  readonly socket: Socket
  private readonly chunks: Buffer[] = []
  private readonly closed: Promise<void>

  private constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').on('error', () => undefined)
    this.socket.on('data', (chunk: Buffer) => this.chunks.push(chunk))
    this.closed = new Promise(resolve => this.socket.once('close', () => resolve()))
  }

  static async open(app: FastifyInstance): Promise<RawClient> {
    if (app.addresses().length === 0) await app.listen({ host: '127.0.0.1', port: 0 })
    return RawClient.connect(Number(new URL(app.listeningOrigin).port))
  }

  /** To a process of its own. */
  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(port)
    await new Promise(resolve => client.socket.once('connect', resolve))
    return client
  }

  /** Headers of a stream of lines, in chunks unless its length is given. */
  begin(path: string, length?: number): this {
    const framing = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
    this.socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n${framing}\r\n\r\n`)
    return this
  }

  /** One chunk of a body in chunks. */
  send(bytes: string | Buffer): boolean {
    const body = Buffer.from(bytes)
    return this.socket.write(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]))
  }

  end(): this {
    this.socket.write('0\r\n\r\n')
    return this
  }

  /** All that has come so far. */
  get raw(): string {
    return Buffer.concat(this.chunks).toString('utf8')
  }

  /** The lines that have come so far, taken out of their chunks. */
  get lines(): string[] {
    let rest = Buffer.concat(this.chunks)
    const head = rest.indexOf('\r\n\r\n')
    rest = head === -1 ? Buffer.alloc(0) : rest.subarray(head + 4)
    const body: Buffer[] = []
    for (let size = 1; size > 0 && rest.length > 0;) {
      const end = rest.indexOf('\r\n')
      if (end === -1) break
      size = parseInt(rest.toString('latin1', 0, end), 16)
      body.push(rest.subarray(end + 2, end + 2 + size))
      rest = rest.subarray(end + 4 + size)
    }
    return Buffer.concat(body).toString('utf8').split('\n').filter(line => line !== '')
  }

  /** Whether the answer has come to its proper end. */
  get isWhole(): boolean {
    return this.raw.endsWith('\r\n0\r\n\r\n')
  }

  /** Waits until something holds, for half a minute at most. */
  async until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 1500 && !holds(); i++) await new Promise(resolve => setTimeout(resolve, 20))
    if (!holds()) throw new Error(`it never came: ${this.raw.slice(-500)}`)
  }

  async closes(): Promise<void> {
    await this.closed
  }
}
