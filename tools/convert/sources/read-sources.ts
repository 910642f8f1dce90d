/** All model files behind a path: a file, an archive, or a folder. */
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { SourceFile } from '../common/source-file.js'
import { assertNotForeignZip } from '../containers/container.js'
import { isTar, readTar } from '../containers/tar.js'
import { isModelUri } from '../tracking/model-uri.js'
import type { Tracking } from '../tracking/server.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { openArchivedFolder, openDiskFolder, type Folder } from './folder.js'
import { describeFile, openSkops, openSourceFile, openZip, readModelFile, type ModelFile } from './open-file.js'
import { readFolder } from './read-folder.js'
import { readTracked } from './read-tracked.js'
import { parseOpened, parseSkops } from './read-source-file.js'

/**
 * The model files of a path, or of an address in a registry of MLflow.
 * @param tracking where the registry is
 * @throws ConvertError naming the file, the place in it, what was expected and what came
 */
export async function readSources(path: string, tracking?: Tracking): Promise<SourceFile[]> {
  if (isModelUri(path)) return readTracked(path, tracking)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) return nameFile(resolve(path), () => readFolder(openDiskFolder(path)))
  const file = await readModelFile(path).catch((error: unknown) => nameFile(path, () => { throw error }))
  return parseSources(file)
}

/** The same for a file in memory: those of an archive are several. */
export function parseSources(given: ModelFile): SourceFile[] {
  return nameFile(given.name, () => {
    const skops = openSkops(given)
    if (skops !== undefined) return [parseSkops(skops)]
    const zip = openZipFolder(given)
    if (zip !== undefined) return readArchive(zip, given)
    const opened = openSourceFile(given, { allowTar: true })
    if (!isTar(opened.payload)) return [parseOpened(opened)]
    const files = readTar(opened.payload)
    return readArchive(openArchivedFolder(archiveName(given), [...files.keys()], path => files.get(path)), given)
  })
}

/** Models that somebody packed have such names; those of other libraries are archives of their own. */
const PACKED = /(^|\/)(MLmodel|(?!data\.pkl)[^/]+\.(pkl|pickle|joblib|sav|skops|ubj|lgb|cbm|cb))$/

function openZipFolder(given: ModelFile): Folder | undefined {
  const archive = openZip(given)
  if (archive === undefined) return undefined
  const { names } = archive
  if (!names.some(name => PACKED.test(name))) assertNotForeignZip(given.bytes)
  return openArchivedFolder(archiveName(given), names, path => archive.read(path))
}

function archiveName({ name }: ModelFile): string {
  return basename(name).replace(/\.(zip|tar|tgz|tar\.\w+)$/i, '')
}

/** The archive itself is one of the files that the model came from. */
function readArchive(folder: Folder, given: ModelFile): SourceFile[] {
  const archive = describeFile(given, 'raw')
  return readFolder(folder).map(source => ({ ...source, companions: [...source.companions ?? [], archive] }))
}

function nameFile<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof ConvertError ? prefixFile(error, basename(path)) : error
  }
}
