/** All model files behind a path: a file, or a folder. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { FileFacts, SourceFile } from '../common/source-file.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { readInputExample } from '../mlflow/input-example.js'
import { MLMODEL, readMlModel } from '../mlflow/mlmodel.js'
import type { JsonPlace } from '../common/json-place.js'
import { openDiskFolder, type Folder } from './folder.js'
import { parseSourceFile, readSourceFile } from './read-source-file.js'

/**
 * The model files of a path.
 * @throws ConvertError naming the file, the place in it, what was expected and what came
 */
export async function readSources(path: string): Promise<SourceFile[]> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) return [await readSourceFile(path)]
  return named(basename(resolve(path)), () => readFolder(openDiskFolder(path)))
}

function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof ConvertError ? prefixFile(error, name) : error
  }
}

/** @throws ConvertError when it is not the folder of one model */
function readFolder(folder: Folder): SourceFile[] {
  const descriptions = folder.paths.filter(path => path === MLMODEL || path.endsWith(`/${MLMODEL}`))
  if (descriptions.length > 1) {
    throw new ConvertError(`has ${descriptions.length} models of MLflow: ${descriptions.slice(0, 5).join(', ')}.`, { hint: 'Name the folder of one.' })
  }
  if (descriptions.length === 1) return [readMlflow(folder, descriptions[0].slice(0, -MLMODEL.length))]
  throw new ConvertError('is a folder, expected a file.')
}

/** @param root where MLmodel is in the folder: nothing, or a path with a slash at its end */
function readMlflow(folder: Folder, root: string): SourceFile {
  const description = folder.read(root + MLMODEL)
  const { path, columns, example } = named(root + MLMODEL, () => readMlModel(description))
  const modelPath = named(root + MLMODEL, () => resolveWithin(path, folder, root))
  const source = parseSourceFile({ name: modelPath, bytes: folder.read(modelPath) })
  const companions = [describeCompanion(MLMODEL, description)]
  let examples: ReturnType<typeof readInputExample> = []
  if (example !== undefined) {
    const examplePath = named(root + MLMODEL, () => resolveWithin(example, folder, root))
    const bytes = folder.read(examplePath)
    examples = named(examplePath, () => readInputExample(bytes))
    companions.push(describeCompanion(examplePath.slice(root.length), bytes))
  }
  const title = root === '' ? folder.name : basename(root.slice(0, -1))
  return { ...source, title, companions, signature: { columns, examples } }
}

function describeCompanion(file: string, bytes: Uint8Array): Pick<FileFacts, 'file' | 'bytes' | 'sha256'> {
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A path that the description names, which must be one of the folder's own files. */
function resolveWithin(place: JsonPlace, { paths }: Folder, root: string): string {
  const { value } = place
  if (typeof value !== 'string' || value === '') return place.fail('the path of a file in the folder')
  const parts = value.split('/').filter(part => part !== '.' && part !== '')
  if (/^[/\\]|^[a-z][a-z0-9+.-]*:|\\/i.test(value) || parts.includes('..')) {
    return place.fail('a path within the folder', 'A path that leaves the folder is not followed.')
  }
  const path = root + parts.join('/')
  if (paths.includes(path)) return path
  return place.fail('the path of a file in the folder', 'There is no such file: copy or download the whole folder.')
}
