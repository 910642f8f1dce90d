/** A store of MLflow on the disk, such as ./mlruns: where it has the folder of a model. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { JsonPlace } from '../common/json-place.js'
import { ConvertError } from '../errors/convert-error.js'
import { parseYaml } from '../mlflow/mlmodel.js'
import { checkPath, type ModelUri } from './model-uri.js'

export interface StoredFolder {
  readonly name: string
  readonly found: string
  /** On the disk. */
  readonly path: string
}

/**
 * @param root of the store
 * @throws ConvertError when it has no such model
 */
export function findModel(uri: ModelUri, root: string): StoredFolder {
  if (!existsSync(root)) throw new ConvertError(`--tracking-uri: there is no folder ${root}.`)
  switch (uri.kind) {
    case 'logged': return findLogged(uri.id, root)
    case 'run': return findInRun(uri.id, uri.path, root)
    case 'version': return findVersion(uri.name, uri.version, root)
    case 'alias': {
      const path = join(root, 'models', checkName(uri.name), 'aliases', checkName(uri.alias))
      if (!existsSync(path)) throw new ConvertError(`${root}: ${uri.name} has no alias ${uri.alias}.`)
      return findVersion(uri.name, readFileSync(path, 'utf8').trim(), root)
    }
    case 'latest': return findVersion(uri.name, findLatest(uri.name, uri.stage, root), root)
  }
}

/** Of a folder's own entries. */
function checkName(name: string): string {
  return checkPath(name.includes('/') ? '..' : name, 'a name in the store')
}

function readMeta(folder: string): JsonPlace {
  const path = join(folder, 'meta.yaml')
  if (!existsSync(path)) throw new ConvertError(`${path}: no such file: expected a store that MLflow wrote.`)
  return new JsonPlace(parseYaml(readFileSync(path)), () => path)
}

function listFolders(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)
}

/** A folder of any of the experiments. */
function findInExperiments(root: string, ...below: string[]): string | undefined {
  return listFolders(root).map(experiment => join(root, experiment, ...below)).find(path => existsSync(path))
}

function findLogged(id: string, root: string): StoredFolder {
  const folder = findInExperiments(root, 'models', checkName(id))
  if (folder === undefined) throw new ConvertError(`${root}: there is no logged model ${id}.`)
  const { value } = readMeta(folder).key('name')
  return { name: typeof value === 'string' ? value : id, found: `logged model ${id}`, path: join(folder, 'artifacts') }
}

function findInRun(id: string, path: string, root: string): StoredFolder {
  const folder = findInExperiments(root, checkName(id))
  if (folder === undefined) throw new ConvertError(`${root}: there is no run ${id}.`)
  const found = `${path} of run ${id}`
  for (const model of listFolders(join(folder, 'outputs'))) {
    const logged = findLogged(model, root)
    if (logged.name === path) return { ...logged, found }
  }
  const artifacts = join(folder, 'artifacts', checkPath(path, 'the path in the run'))
  if (!existsSync(artifacts)) throw new ConvertError(`${root}: there is no ${found}.`)
  return { name: path.split('/').at(-1) ?? path, found, path: artifacts }
}

function findVersion(name: string, version: string, root: string): StoredFolder {
  const folder = join(root, 'models', checkName(name), `version-${checkName(version)}`)
  if (!existsSync(folder)) throw new ConvertError(`${root}: there is no version ${version} of ${name}.`)
  const found = `version ${version} of ${name}`
  const source = readMeta(folder).key('source')
  const text = typeof source.value === 'string' ? source.value : source.fail('text')
  const [, logged] = /^models:\/(m-[0-9a-f]{32})$/.exec(text) ?? []
  if (logged !== undefined) return { ...findLogged(logged, root), name, found }
  // The store may have been somewhere else when it was written.
  const [, run, path] = /\/([0-9a-f]{32})\/artifacts\/(.+)$/.exec(text) ?? []
  if (run !== undefined && path !== undefined) return { ...findInRun(run, path, root), name, found }
  return source.fail('a model of the store', 'Convert the folder that it names.')
}

/** The highest number. */
function findLatest(name: string, stage: string | undefined, root: string): string {
  const folder = join(root, 'models', checkName(name))
  const versions = listFolders(folder).flatMap(entry => /^version-\d+$/.test(entry) ? [Number(entry.slice(8))] : [])
    .filter(version => stage === undefined || isInStage(join(folder, `version-${version}`), stage))
  if (versions.length > 0) return String(Math.max(...versions))
  throw new ConvertError(`${root}: ${name} has no version${stage === undefined ? '' : ` in the stage ${stage}`}.`)
}

function isInStage(folder: string, stage: string): boolean {
  const { value } = readMeta(folder).key('current_stage')
  return typeof value === 'string' && value.toLowerCase() === stage.toLowerCase()
}
