/** MLflow's addresses of models. */
import { ConvertError } from '../errors/convert-error.js'

export type ModelUri =
  /** A version by its number, or the latest one. */
  | { readonly kind: 'version', readonly name: string, readonly version: string }
  | { readonly kind: 'alias', readonly name: string, readonly alias: string }
  /** The latest version of a stage, or of all where there is none. */
  | { readonly kind: 'latest', readonly name: string, readonly stage: string | undefined }
  /** A model that was logged, registered or not. */
  | { readonly kind: 'logged', readonly id: string }
  | { readonly kind: 'run', readonly id: string, readonly path: string }

const FORMS = 'models:/NAME/3, models:/NAME@ALIAS, models:/NAME/STAGE, models:/NAME/latest, or runs:/ID/PATH'

/** Whether an argument is an address in a registry, and not a file. */
export function isModelUri(text: string): boolean {
  return /^(models|runs):/.test(text)
}

/** @throws ConvertError for one that leads nowhere */
export function parseModelUri(text: string): ModelUri {
  const [, run, runPath] = /^runs:\/([0-9a-zA-Z_-]{1,256})\/(.+)$/.exec(text) ?? []
  if (run !== undefined && runPath !== undefined) return { kind: 'run', id: run, path: checkPath(runPath, 'the path in the run') }
  const [, rest] = /^models:\/([^/].*)$/.exec(text) ?? []
  if (rest === undefined) throw notUri()
  if (/^m-[0-9a-f]{32}$/.test(rest)) return { kind: 'logged', id: rest }
  const [, aliased, alias] = /^([^/@]+)@([^/@]+)$/.exec(rest) ?? []
  if (aliased !== undefined && alias !== undefined) return { kind: 'alias', name: aliased, alias }
  const [, name, version] = /^([^/@]+)\/([^/@]+)$/.exec(rest) ?? []
  if (name === undefined || version === undefined) throw notUri()
  if (/^\d+$/.test(version)) return { kind: 'version', name, version }
  return { kind: 'latest', name, stage: version.toLowerCase() === 'latest' ? undefined : version }
}

function notUri(): ConvertError {
  return new ConvertError(`expected ${FORMS}.`)
}

/**
 * A path below a folder, which must not lead out of it.
 * @param where for the message
 */
export function checkPath(path: string, where: string): string {
  const parts = path.split('/')
  const leadsOut = parts.some(part => part === '' || part === '.' || part === '..') || /[\\\0]|^[a-z]:/i.test(path)
  if (!leadsOut && path.length <= 1000) return path
  throw new ConvertError(`${where}: expected a path within the model's folder, found ${JSON.stringify(path.slice(0, 60))}.`, {
    hint: 'A path that leads out of the folder is not followed.'
  })
}
