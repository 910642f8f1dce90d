/** MLflow's REST interface, as far as models are looked up and downloaded. */
import { JsonPlace } from '../common/json-place.js'
import { ConvertError } from '../errors/convert-error.js'

/** Where MLflow's server or store is, and who asks, as MLflow's own client has it. */
export interface Tracking {
  /** http://..., https://..., file:..., or a folder. */
  readonly uri: string
  readonly token?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** A request that takes longer is given up. Files come in pieces: each has as long. */
const TIMEOUT_MS = 60_000
const MAX_JSON_BYTES = 4 * 2 ** 20
const MAX_REDIRECTS = 3
const SHOWN = 200

export class TrackingServer {
  /** Without a password, for messages. */
  readonly address: string
  private readonly base: URL
  private readonly authorization: string | undefined

  /** @throws ConvertError when the address is not one of HTTP */
  constructor({ uri, token, username, password }: Tracking) {
    const base = URL.canParse(uri) ? new URL(uri) : undefined
    if (base === undefined || !/^https?:$/.test(base.protocol)) {
      throw new ConvertError(`--tracking-uri: expected http://... or https://..., or the folder of a local store, found ${uri}.`)
    }
    const [name, secret] = base.username === '' ? [username, password] : [base.username, base.password].map(decodeURIComponent)
    // MLflow's client prefers a name and a password.
    if (name !== undefined && secret !== undefined) {
      this.authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`
    } else if (token !== undefined) this.authorization = `Bearer ${token}`
    base.username = base.password = base.search = base.hash = ''
    this.base = base
    this.address = base.href.replace(/\/$/, '')
  }

  /** Whether another address is this server's. */
  isHere(host: string): boolean {
    return host === this.base.host || host === this.base.hostname
  }

  /**
   * @param path such as "mlflow/runs/get"
   * @throws ConvertError when the server does not answer so, in its own words where it has any
   */
  async json(path: string, query: Readonly<Record<string, string>>): Promise<JsonPlace> {
    const bytes = await this.bytes(path, query, MAX_JSON_BYTES)
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      return new JsonPlace(JSON.parse(text), () => `The answer of ${this.address} (${path})`)
    } catch (error) {
      throw this.fail(path, 'expected JSON, found something else', error)
    }
  }

  /** @param maxBytes the answer may have */
  async bytes(path: string, query: Readonly<Record<string, string>>, maxBytes: number): Promise<Uint8Array> {
    const url = new URL(`${this.address}/api/2.0/${path}`)
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
    const abort = new AbortController()
    let timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
    try {
      const response = await this.follow(url, path, abort.signal)
      if (!response.ok) throw this.fail(path, await describeFailure(response))
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer)
        timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
        const piece = chunk as Uint8Array
        length += piece.length
        if (length > maxBytes) throw this.fail(path, `expected at most ${maxBytes} bytes, found more`)
        chunks.push(piece)
      }
      return Buffer.concat(chunks)
    } catch (error) {
      if (error instanceof ConvertError) throw error
      const { message, cause } = error as Error
      throw this.fail(path, abort.signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s`
        : `cannot be reached (${cause instanceof Error ? cause.message : message})`, error)
    } finally {
      clearTimeout(timer)
      abort.abort()
    }
  }

  /** Redirects are followed on the server itself: another host is not to have the token. */
  private async follow(start: URL, path: string, signal: AbortSignal): Promise<Response> {
    let url = start
    for (let n = 0; n <= MAX_REDIRECTS; n++) {
      const response = await fetch(url, {
        signal, redirect: 'manual', headers: this.authorization === undefined ? {} : { authorization: this.authorization }
      })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) return response
      await response.body?.cancel()
      url = new URL(location, url)
      if (url.origin !== this.base.origin) {
        throw this.fail(path, `leads to ${url.origin}, another server, which is not to have the token`)
      }
    }
    throw this.fail(path, `expected at most ${MAX_REDIRECTS} redirects, found more`)
  }

  private fail(path: string, problem: string, cause?: unknown): ConvertError {
    return new ConvertError(`${this.address} (${path}): ${problem}.`, cause === undefined ? {} : { cause })
  }
}

/** What MLflow says is wrong, or the status. */
async function describeFailure(response: Response): Promise<string> {
  const status = `status ${response.status}`
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel()
    return `${status}: set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD`
  }
  const text = await readStart(response)
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    if (typeof message === 'string') return `${status}: ${message.slice(0, SHOWN).replace(/\.$/, '')}`
  } catch {
    // The status has to do.
  }
  return status
}

/** As much as comes at once: an error is short. */
async function readStart(response: Response): Promise<string> {
  for await (const chunk of response.body ?? []) return Buffer.from(chunk as Uint8Array).toString()
  return ''
}
