/** The evaluator of a build, today's or an earlier one: what is compared may be older than its folder's name. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FOLDERS = ['evaluator', 'forest']

/**
 * @param root of a checkout that was built
 * @param files in the evaluator's folder
 * @returns what they export
 */
export async function loadEvaluator<Exports extends object>(root: string, files: readonly string[]): Promise<Exports> {
  const folder = FOLDERS.map(name => join(root, 'dist', 'src', name)).find(existsSync)
  if (folder === undefined) throw new Error(`${root} is not built`)
  const modules = await Promise.all(files.map(async file => import(pathToFileURL(join(folder, file)).href) as Promise<object>))
  return Object.assign({}, ...modules) as Exports
}
