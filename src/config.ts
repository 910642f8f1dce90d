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
  /**
   * The value of a text; undefined when it is none.
   * @throws ConfigError when the reason needs other words
   */
  readonly read: (text: string) => T | undefined
}

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

const address: Setting<string> = { byDefault: '0.0.0.0', expected: 'an address to listen on', read: value => value }

const folder: Setting<string> = {
  byDefault: join(PACKAGE_ROOT, 'model-json'),
  expected: 'a folder of model dumps',
  read: value => resolve(value)
}

/** Web origins, as browsers send them: a scheme, a host and perhaps a port. */
const origins: Setting<readonly string[]> = {
  byDefault: [],
  expected: 'origins such as https://app.example.com, separated by commas, or *',
  read: value => {
    const given = value.split(',').map(one => one.trim()).filter(one => one !== '')
    if (given.includes('*')) return given.length === 1 ? given : undefined
    return given.every(isOrigin) ? given : undefined
  }
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

/** First segments of the service's own paths: where a proxy removes the prefix, these would seem to have it still. */
const OWN_PATHS = ['docs', 'health', 'metrics', 'models', 'openapi.json', 'page', 'v2']

const pathPrefix: Setting<string> = {
  byDefault: '',
  expected: 'a path such as /ml, of letters, digits and . _ ~ -',
  read: value => {
    const segments = value.split('/').filter(segment => segment !== '')
    if (!segments.every(segment => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.+$/.test(segment))) return undefined
    const prefix = segments.map(segment => `/${segment}`).join('')
    checkPrefix(prefix, OWN_PATHS, value)
    return prefix
  }
}

/**
 * All settings, by their names in {@link Config}; the environment has `modelPath` as `MODEL_PATH`. Times are in
 * milliseconds, sizes in bytes. Plain code, since a library that checks schemas would be loaded and compile one before
 * anything else is done.
 */
const SETTINGS = {
  host: address,
  /** 0: any free port. */
  port: whole(0, 65535, 5000),
  /** Absolute path of the folder with the model dumps. */
  modelPath: folder,
  /** Processes that serve; 1: this one, with no cluster. */
  workers: whole(1, 256, 1),
  logLevel: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  /** A missing field or an unknown category is a 400 instead of the model's fallback. */
  strictInput: flag(false),
  /** Lowest risk score that is MEDIUM. */
  riskMediumFrom: number(0, 1, 0.3),
  /** Lowest risk score that is HIGH. */
  riskHighFrom: number(0, 1, 0.6),
  requestTimeoutMs: whole(100, 600_000, 30_000),
  bodyLimitBytes: whole(1024, 104_857_600, 1_048_576),
  /** Most rows of a batch. */
  batchMaxRows: whole(1, 1_000_000, 10_000),
  /** Largest body of a batch. */
  batchBodyLimitBytes: whole(1024, 104_857_600, 16_777_216),
  /** Of the bodies and answers of all batches and inferences under `/v2` that a process has in hand. */
  batchInFlightBytes: whole(1024, 1_099_511_627_776, 67_108_864),
  /** Threads that explain answers, in each process. */
  explainThreads: whole(1, 64, 1),
  /** Most requests whose answers are being explained at once, in each process. */
  explainMaxRequests: whole(1, 10_000, 64),
  /** `explicit`: callers may unload models under `/v2`. */
  modelControl: oneOf(['explicit', 'none'], 'none'),
  /** Pages of other origins that may call the service from a browser. */
  corsOrigins: origins,
  /** Whether `GET /` answers with the page. */
  page: flag(true),
  /** Largest dump that the page may have; 0: none, it asks the service. */
  pageModelBytes: whole(0, 1_073_741_824, 16_777_216),
  /** Path under which a proxy shows the service: '' or '/ml', with no slash at the end. */
  pathPrefix,
  /** From the signal to stop until nobody new is let in. */
  shutdownDelayMs: whole(0, 600_000, 0),
  /** After that, how long a connection with nothing to answer stays open. */
  shutdownGraceMs: whole(0, 600_000, 2000),
  /** From the end of the delay until the end. */
  shutdownTimeoutMs: whole(100, 600_000, 10_000)
}

type Values<Settings> = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never
}

/** What the service runs with: a value for each of the settings. */
export type Config = Values<typeof SETTINGS>

/** The name that a setting has in the environment. */
function variableOf(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}

/** Names of all settings in the environment. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS).map(variableOf)

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
  const config = readSettings(given, variableOf)
  if (config.riskMediumFrom > config.riskHighFrom) {
    throw new ConfigError(
      'RISK_MEDIUM_FROM', `at most RISK_HIGH_FROM (${config.riskHighFrom})`, String(config.riskMediumFrom)
    )
  }
  return Object.freeze(config)
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
  .map(([name, { expected, byDefault }]) => {
    const setting = variableOf(name)
    return { setting, option: OPTION_NAMES[setting] ?? setting.toLowerCase().replaceAll('_', '-'), expected, byDefault }
  })

/**
 * Names of all variables of the environment and the file, whether they are settings or not.
 * @throws ConfigError when the file cannot be read
 */
export function listVariables(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): string[] {
  return Object.keys({ ...dropEmpty(readEnvFile(envFile)), ...dropEmpty(env) })
}

/**
 * @param given texts, by the names that `nameOf` gives the settings; the others have their defaults
 * @throws ConfigError naming the first setting that cannot be used
 */
export function readSettings(given: Readonly<Record<string, string>>, nameOf: (setting: string) => string): Config {
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(([setting, { byDefault, expected, read }]) => {
    const name = nameOf(setting)
    if (!Object.hasOwn(given, name)) return [setting, byDefault]
    const value = read(given[name])
    if (value === undefined) throw new ConfigError(name, expected, quote(given[name]))
    return [setting, value]
  })
  return Object.fromEntries(entries) as Config
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

/**
 * @param prefix with its first slash
 * @param paths first segments of the service's own paths, without slashes
 * @param given the prefix as it was written
 * @throws ConfigError when the prefix begins with one of them
 */
export function checkPrefix(prefix: string, paths: readonly string[], given = prefix): void {
  const [, first] = prefix.split('/')
  if (!paths.includes(first)) return
  throw new ConfigError('PATH_PREFIX', `another path than /${first}, where the service has routes of its own`, quote(given))
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
