/** The one reader of the environment: settings in, a frozen {@link Config} out. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { Type, type Static } from '@sinclair/typebox'
import { Ajv } from 'ajv'

/** Folder of this package, where `model-json/` and `package.json` are. */
export const PACKAGE_ROOT = findPackageRoot(import.meta.dirname)

/** The version in this package's `package.json`. */
export const PACKAGE_VERSION = readVersion()

const whole = (minimum: number, maximum: number, defaultValue: number) =>
  Type.Integer({ minimum, maximum, default: defaultValue, title: `a whole number from ${minimum} to ${maximum}` })

const oneOf = <T extends string>(values: readonly T[], defaultValue: T) =>
  Type.Unsafe<T>({ type: 'string', enum: values, default: defaultValue, title: `one of ${values.join(', ')}` })

const probability = (defaultValue: number) =>
  Type.Number({ minimum: 0, maximum: 1, default: defaultValue, title: 'a number from 0 to 1' })

/** A `title` says what the setting accepts, in the words of the error message. */
const SettingsSchema = Type.Object({
  HOST: Type.String({ default: '0.0.0.0', title: 'an address to listen on' }),
  PORT: whole(0, 65535, 5000),
  MODEL_PATH: Type.String({ default: join(PACKAGE_ROOT, 'model-json'), title: 'a folder of model dumps' }),
  WORKERS: whole(1, 256, 1),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  STRICT_INPUT: Type.Boolean({ default: false, title: 'true or false' }),
  RISK_MEDIUM_FROM: probability(0.3),
  RISK_HIGH_FROM: probability(0.6),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000),
  BODY_LIMIT_BYTES: whole(1024, 104_857_600, 1_048_576),
  PATH_PREFIX: Type.String({ default: '', title: 'a path such as /ml, of letters, digits and . _ ~ -' }),
  SHUTDOWN_TIMEOUT_MS: whole(100, 600_000, 10_000)
})

const FLAGS: ReadonlyMap<string | undefined, string> = new Map([
  ['true', 'true'], ['1', 'true'], ['yes', 'true'], ['false', 'false'], ['0', 'false'], ['no', 'false']
])

type Settings = Static<typeof SettingsSchema>

const settingNames = Object.keys(SettingsSchema.properties) as Array<keyof Settings>

/** What the service runs with. Times are in milliseconds, sizes in bytes. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Absolute path of the folder with the model dumps. */
  readonly modelPath: string
  /** Processes that serve; 1: this one, with no cluster. */
  readonly workers: number
  readonly logLevel: Settings['LOG_LEVEL']
  /** A missing field or an unknown category is a 400 instead of the model's fallback. */
  readonly strictInput: boolean
  /** Lowest risk score that is MEDIUM. */
  readonly riskMediumFrom: number
  /** Lowest risk score that is HIGH. */
  readonly riskHighFrom: number
  readonly requestTimeoutMs: number
  readonly bodyLimitBytes: number
  /** Path under which a proxy shows the service: '' or '/ml', with no slash at the end. */
  readonly pathPrefix: string
  readonly shutdownTimeoutMs: number
}

/** A setting that cannot be used. The message is one line for people. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(variable: string, expected: string, received: string) {
    super(`setting ${variable}: expected ${expected}, received ${received}`)
  }
}

/**
 * Reads the settings: the environment first, then the file, then the defaults. An empty value counts as not set.
 * @param env variables by name
 * @param envFile a `.env` file, read if it exists
 * @throws ConfigError naming the first setting that cannot be used
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  const given = { ...dropEmpty(readEnvFile(envFile)), ...dropEmpty(env) }
  const settings = validate(given)
  if (settings.RISK_MEDIUM_FROM > settings.RISK_HIGH_FROM) {
    throw new ConfigError(
      'RISK_MEDIUM_FROM', `at most RISK_HIGH_FROM (${settings.RISK_HIGH_FROM})`, String(settings.RISK_MEDIUM_FROM)
    )
  }
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    modelPath: resolve(settings.MODEL_PATH),
    workers: settings.WORKERS,
    logLevel: settings.LOG_LEVEL,
    strictInput: settings.STRICT_INPUT,
    riskMediumFrom: settings.RISK_MEDIUM_FROM,
    riskHighFrom: settings.RISK_HIGH_FROM,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    bodyLimitBytes: settings.BODY_LIMIT_BYTES,
    pathPrefix: normalizePrefix(settings.PATH_PREFIX),
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS
  })
}

/** Text becomes numbers and flags, and what is not set its default. */
const checkSettings = new Ajv({ coerceTypes: true, useDefaults: true, meta: false, validateSchema: false })
  .compile<Settings>(SettingsSchema)

function validate(given: Record<string, string>): Settings {
  const flags = withPlainFlags(given)
  const settings: unknown = Object.fromEntries(settingNames.flatMap(name => name in flags ? [[name, flags[name]]] : []))
  if (!checkSettings(settings)) throw refuse(firstInvalid(checkSettings.errors), given)
  // Ajv coerces text to Infinity and then skips the limits of what it takes for no number.
  const infinite = settingNames.find(name => Math.abs(Number(settings[name])) === Infinity)
  if (infinite !== undefined) throw refuse(infinite, given)
  return settings
}

/** `STRICT_INPUT` as true or false, however it is put; anything else as it is. */
function withPlainFlags(given: Record<string, string>): Record<string, string> {
  const flag = FLAGS.get(given.STRICT_INPUT?.trim().toLowerCase())
  return flag === undefined ? { ...given } : { ...given, STRICT_INPUT: flag }
}

function refuse(name: keyof Settings, given: Record<string, string>): ConfigError {
  return new ConfigError(name, SettingsSchema.properties[name].title ?? '', quote(given[name]))
}

function firstInvalid(errors: typeof checkSettings.errors): keyof Settings {
  const path = errors?.[0]?.instancePath.slice(1)
  return settingNames.find(name => name === path) ?? 'PORT'
}

function quote(value: string | undefined): string {
  const text = value ?? ''
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

function normalizePrefix(value: string): string {
  const segments = value.split('/').filter(segment => segment !== '')
  if (!segments.every(segment => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.+$/.test(segment))) {
    throw refuse('PATH_PREFIX', { PATH_PREFIX: value })
  }
  return segments.map(segment => `/${segment}`).join('')
}

function dropEmpty(variables: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== '')
  return Object.fromEntries(entries) as Record<string, string>
}

function readEnvFile(path: string): NodeJS.ProcessEnv {
  try {
    // Windows' editors begin a file with a byte order mark, which would be a part of the first name.
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigError('file .env', 'a file that can be read', String((error as NodeJS.ErrnoException).code))
  }
}

function findPackageRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return from
  }
}

function readVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version?: string }
    return version ?? '0.0.0'
  } catch {
    return '0.0.0'
  }
}
