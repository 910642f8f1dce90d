import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { buildApp, type AppDependencies } from '../../src/app.js'
import { readConfig, type Config } from '../../src/config.js'
import type { ModelEntry } from '../../src/model/types.js'
import { fakeEntries } from './fake-model.js'

interface Closes {
  teardown(fn: () => Promise<void>): void
}

/** The defaults, quiet, with what a test changes. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  return Object.freeze({ ...readConfig({}, '/nonexistent/.env'), logLevel: 'silent' as const, ...overrides })
}

/** Lines of a log, parsed. */
export class LogCapture {
  text = ''
  write(line: string): void {
    this.text += line
  }

  get lines(): Array<Record<string, unknown>> {
    return this.text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, unknown>)
  }
}

/** Every key that an answer of the service may have; which it has is up to the test. */
export interface Answer {
  status: string
  message: string
  errors: Array<{ field: string; expected: string; received: string }>
  offer_name: string
  confidence: number
  prediction: number
  risk_score: number
  risk_category: string
  result: object
  defaulted: string[]
  models: Array<{ name: string; loaded: boolean; file: string; reason?: string }>
  servers: object[]
  paths: object
}

/** An app with fake models that closes itself after the test. */
export async function build(
  t: Closes, overrides: Partial<Config> = {}, entries: readonly ModelEntry[] = fakeEntries(), logStream?: LogCapture,
  others: Partial<AppDependencies> = {}
): Promise<FastifyInstance> {
  const stream = logStream === undefined ? {} : { logStream }
  const app = await buildApp(testConfig(overrides), { entries, ...stream, ...others })
  t.teardown(async () => app.close())
  return app
}

/** Posts a body: an object as JSON, a string as it is. */
export async function post(
  app: FastifyInstance, url: string, body: unknown, headers: Record<string, string> = {}
): Promise<LightMyRequestResponse> {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  return app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } })
}
