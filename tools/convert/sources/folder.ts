/** Folders of files: on the disk, or in an archive. Paths in them have slashes, and none leads out. */
import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { ConvertError } from '../errors/convert-error.js'

export interface Folder {
  /** Name without the folders above. */
  readonly name: string
  readonly paths: readonly string[]
  /** @throws ConvertError when there is no such file, or it cannot be read */
  read(path: string): Uint8Array
}

/** A folder with more is not one of a model. */
const MAX_FILES = 2000
const MAX_DEPTH = 8

/**
 * A folder on the disk, without hidden files.
 * @throws ConvertError when it cannot be read
 */
export function openDiskFolder(path: string): Folder {
  const root = resolve(path)
  const paths: string[] = []
  try {
    listFiles(root, '', 0, paths)
  } catch (error) {
    if (error instanceof ConvertError) throw error
    throw new ConvertError(`cannot be read (${(error as Error).message}).`, { cause: error })
  }
  return { name: basename(root), paths, read: file => readWithin(root, file) }
}

function listFiles(root: string, below: string, depth: number, paths: string[]): void {
  if (depth > MAX_DEPTH) return
  const entries = readdirSync(join(root, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (entry.name.startsWith('.') || entry.name === '__pycache__') continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) listFiles(root, path, depth + 1, paths)
    else if (statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true) paths.push(path)
    if (paths.length > MAX_FILES) {
      throw new ConvertError(`has more than ${MAX_FILES} files, expected a folder of one model.`, { hint: 'Name the files of the model.' })
    }
  }
}

function readWithin(root: string, path: string): Uint8Array {
  try {
    const real = realpathSync(join(root, path))
    const way = relative(realpathSync(root), real)
    if (way === '..' || way.startsWith(`..${sep}`)) {
      throw new ConvertError(`${path}: leads out of the folder.`, { hint: 'Copy the file itself into the folder.' })
    }
    return readFileSync(real)
  } catch (error) {
    if (error instanceof ConvertError) throw error
    throw new ConvertError(`${path}: cannot be read (${(error as Error).message}).`, { cause: error })
  }
}

/** What archives have beside the files that somebody packed. */
const NOISE = /(^|\/)(\.|__MACOSX\/|__pycache__\/)/

/** The same of an archive, whose files are read when they are asked for. */
export function openArchivedFolder(
  name: string, paths: readonly string[], read: (path: string) => Uint8Array | undefined
): Folder {
  const files = paths.filter(path => !NOISE.test(path))
  if (files.length > MAX_FILES) throw new ConvertError(`has more than ${MAX_FILES} files, expected an archive of one model.`)
  return {
    name,
    paths: files,
    read(path) {
      const bytes = read(path)
      if (bytes === undefined) throw new ConvertError(`${path}: no such file.`)
      return bytes
    }
  }
}
