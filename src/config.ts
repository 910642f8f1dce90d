/** The one reader of the environment: settings in, a frozen {@link Config} out. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** Folder of this package, where `model-json/` and `package.json` are. */
export const PACKAGE_ROOT = findPackageRoot(import.meta.dirname)

/** The version in this package's `package.json`. */
export const PACKAGE_VERSION = readVersion()

/** How one setting is read. */
interface Setting<T> {
  readonly byDefault: T
  /** What it accepts, in the words of the error message. */
  readonly expected: string
  /** The value of a text; undefined when it is none. */
  readonly read: (text: string) => T | undefined
}

const text = (byDefault: string, expected: string): Setting<string> => ({ byDefault, expected, read: value => value })

const number = (minimum: number, maximum: number, byDefault: number): Setting<number> => ({
  byDefault,
  expected: `a number from ${minimum} to ${maximum}`,
  read: value => {
    const parsed = Number(value)
    return parsed >= minimum && parsed <= maximum ? parsed : undefined
  }
})

const whole = (minimum: number, maximum: number, byDefault: number): Setting<number> => {
  const { read } = number(minimum, maximum, byDefault)
  return {
    byDefault,
    expected: `a whole number from ${minimum} to ${maximum}`,
    read: value => Number.isInteger(Number(value)) ? read(value) : undefined
  }
}

const oneOf = <T extends string>(values: readonly T[], byDefault: T): Setting<T> => ({
  byDefault,
  expected: `one of ${values.join(', ')}`,
  read: value => values.find(known => known === value)
})

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true], ['1', true], ['yes', true], ['false', false], ['0', false], ['no', false]
])

const flag = (byDefault: boolean): Setting<boolean> => ({
  byDefault,
  expected: 'true or false',
  read: value => FLAGS.get(value.trim().toLowerCase())
})

const PREFIX_EXPECTED = 'a path such as /ml, of letters, digits and . _ ~ -'

/** Beginnings of the service's own paths. A proxy that takes a prefix off would leave paths that seem to have it. */
const OWN_PATHS = ['docs', 'health', 'metrics', 'models', 'openapi.json', 'predict', 'recommend', 'v2']

/** Plain code, since a library that checks schemas would be loaded and compile one before anything else is done. */
const SETTINGS = {
  HOST: text('0.0.0.0', 'an address to listen on'),
  PORT: whole(0, 65535, 5000),
  MODEL_PATH: text(join(PACKAGE_ROOT, 'model-json'), 'a folder of model dumps'),
  WORKERS: whole(1, 256, 1),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  STRICT_INPUT: flag(false),
  RISK_MEDIUM_FROM: number(0, 1, 0.3),
  RISK_HIGH_FROM: number(0, 1, 0.6),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000),
  BODY_LIMIT_BYTES: whole(1024, 104_857_600, 1_048_576),
  BATCH_MAX_ROWS: whole(1, 1_000_000, 10_000),
  BATCH_BODY_LIMIT_BYTES: whole(1024, 104_857_600, 16_777_216),
  BATCH_IN_FLIGHT_BYTES: whole(1024, 1_099_511_627_776, 67_108_864),
  MODEL_CONTROL: oneOf(['explicit', 'none'], 'none'),
  PATH_PREFIX: text('', PREFIX_EXPECTED),
  SHUTDOWN_DELAY_MS: whole(0, 600_000, 0),
  SHUTDOWN_GRACE_MS: whole(0, 600_000, 2000),
  SHUTDOWN_TIMEOUT_MS: whole(100, 600_000, 10_000)
}

type Settings = { readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['byDefault'] }

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
  /** Most rows of a batch. */
  readonly batchMaxRows: number
  /** Largest body of a batch. */
  readonly batchBodyLimitBytes: number
  /** Of the bodies and answers of all batches and inferences under `/v2` that a process has in hand. */
  readonly batchInFlightBytes: number
  /** `explicit`: callers may unload models under `/v2`. */
  readonly modelControl: Settings['MODEL_CONTROL']
  /** Path under which a proxy shows the service: '' or '/ml', with no slash at the end. */
  readonly pathPrefix: string
  /** From the signal to stop until nobody new is let in. */
  readonly shutdownDelayMs: number
  /** After that, how long a connection with nothing to answer stays open. */
  readonly shutdownGraceMs: number
  /** From the end of the delay until the end. */
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
  const settings = readSettings(given)
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
    batchMaxRows: settings.BATCH_MAX_ROWS,
    batchBodyLimitBytes: settings.BATCH_BODY_LIMIT_BYTES,
    batchInFlightBytes: settings.BATCH_IN_FLIGHT_BYTES,
    modelControl: settings.MODEL_CONTROL,
    pathPrefix: normalizePrefix(settings.PATH_PREFIX),
    shutdownDelayMs: settings.SHUTDOWN_DELAY_MS,
    shutdownGraceMs: settings.SHUTDOWN_GRACE_MS,
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS
  })
}

/** A setting as an option of a command. */
export interface SettingOption {
  readonly setting: string
  /** Without its dashes. */
  readonly option: string
  readonly expected: string
  readonly byDefault: unknown
}

/** Options that are not called as their setting is. */
const OPTION_NAMES: Readonly<Record<string, string>> = { MODEL_PATH: 'models' }

/** Every setting as an option: `REQUEST_TIMEOUT_MS` is `--request-timeout-ms`. */
export const SETTING_OPTIONS: readonly SettingOption[] = Object.entries<Setting<unknown>>(SETTINGS)
  .map(([setting, { expected, byDefault }]) => {
    const option = OPTION_NAMES[setting] ?? setting.toLowerCase().replaceAll('_', '-')
    return { setting, option, expected, byDefault }
  })

/** Names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS)

/**
 * Names of all variables of the environment and the file, whether they are settings or not.
 * @throws ConfigError when the file cannot be read
 */
export function listVariables(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): string[] {
  return Object.keys({ ...dropEmpty(readEnvFile(envFile)), ...dropEmpty(env) })
}

function readSettings(given: Readonly<Record<string, string>>): Settings {
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(([name, { byDefault, expected, read }]) => {
    if (!Object.hasOwn(given, name)) return [name, byDefault]
    const value = read(given[name])
    if (value === undefined) throw new ConfigError(name, expected, quote(given[name]))
    return [name, value]
  })
  return Object.fromEntries(entries) as Settings
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

function normalizePrefix(value: string): string {
  const segments = value.split('/').filter(segment => segment !== '')
  if (!segments.every(segment => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.+$/.test(segment))) {
    throw new ConfigError('PATH_PREFIX', PREFIX_EXPECTED, quote(value))
  }
  if (OWN_PATHS.includes(segments[0])) {
    throw new ConfigError('PATH_PREFIX', `another path than /${segments[0]}, where the service has routes of its own`, quote(value))
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
