/** A model in a folder that MLflow wrote. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { JsonPlace } from '../common/json-place.js'
import type { ExampleRow } from '../common/signature.js'
import type { FileFacts, SourceFile } from '../common/source-file.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { readInputExample } from '../mlflow/input-example.js'
import { MLMODEL, readMlModel } from '../mlflow/mlmodel.js'
import type { Folder } from './folder.js'
import { parseSourceFile } from './read-source-file.js'

/**
 * The model's file, with what the folder says of its inputs.
 * @param root where MLmodel is in the folder: nothing, or a path with a slash at its end
 * @throws ConvertError naming the file, and the place in it
 */
export function readMlflowModel(folder: Folder, root: string): SourceFile {
  const description = folder.read(root + MLMODEL)
  const { path, columns, example } = within(root + MLMODEL, () => readMlModel(description))
  const modelPath = within(root + MLMODEL, () => resolvePath(path, folder, root))
  const source = parseSourceFile({ name: modelPath, bytes: folder.read(modelPath) })
  const companions = [describeCompanion(root + MLMODEL, description)]
  let examples: readonly ExampleRow[] = []
  if (example !== undefined) {
    const examplePath = within(root + MLMODEL, () => resolvePath(example, folder, root))
    const bytes = folder.read(examplePath)
    examples = within(examplePath, () => readInputExample(bytes))
    companions.push(describeCompanion(examplePath, bytes))
  }
  const title = root === '' ? folder.name : basename(root.slice(0, -1))
  return { ...source, title, companions, signature: { columns, examples } }
}

function describeCompanion(path: string, bytes: Uint8Array): Pick<FileFacts, 'file' | 'bytes' | 'sha256'> {
  return { file: basename(path), bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A path that the description names, which must be one of the folder's own files. */
function resolvePath(place: JsonPlace, { paths }: Folder, root: string): string {
  const { value } = place
  if (typeof value !== 'string' || value === '') return place.fail('the path of a file in the folder')
  const parts = value.split('/').filter(part => part !== '.' && part !== '')
  if (/^[/\\]|^[a-z][a-z0-9+.-]*:|\\/i.test(value) || parts.includes('..')) {
    return place.fail('a path within the folder', 'A path that leads out of the folder is not followed.')
  }
  const path = root + parts.join('/')
  if (paths.includes(path)) return path
  return place.fail('the path of a file in the folder', 'There is no such file: copy or download the whole folder.')
}

function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof ConvertError ? prefixFile(error, path) : error
  }
}
