/** The folder of a model on a tracking server, with all of its files. */
import { ConvertError } from '../errors/convert-error.js'
import { checkPath, type ModelUri } from './model-uri.js'
import type { TrackingServer } from './server.js'

export interface TrackedFolder {
  /** What the model is called. */
  readonly name: string
  /** Where it was found, such as "version 3 of churn". */
  readonly found: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** A folder with more files and folders is not one of a model. */
const MAX_ENTRIES = 2000
const MAX_DEPTH = 8
const MAX_BYTES = 2 ** 31

/** @throws ConvertError when there is no such model, or the server does not hand out its files */
export async function downloadModel(uri: ModelUri, server: TrackingServer): Promise<TrackedFolder> {
  const { name, found, artifacts } = await locate(uri, server)
  const root = proxiedPath(artifacts, server)
  const files = new Map<string, Uint8Array>()
  let left = MAX_BYTES
  for (const path of await listFiles(server, root)) {
    const bytes = await server.bytes(`mlflow-artifacts/artifacts/${encodePath(`${root}/${path}`)}`, {}, left)
    left -= bytes.length
    files.set(path, bytes)
  }
  return { name, found, files }
}

interface Location {
  readonly name: string
  readonly found: string
  /** Where MLflow has the files. */
  readonly artifacts: string
}

async function locate(uri: ModelUri, server: TrackingServer): Promise<Location> {
  switch (uri.kind) {
    case 'version': return locateVersion(uri.name, uri.version, server)
    case 'alias': {
      const answer = await server.json('mlflow/registered-models/alias', { name: uri.name, alias: uri.alias })
      return locateVersion(uri.name, readText(answer.key('model_version').key('version')), server)
    }
    case 'latest': return locateVersion(uri.name, await findLatest(uri.name, uri.stage, server), server)
    case 'logged': {
      const info = (await server.json(`mlflow/logged-models/${encodeURIComponent(uri.id)}`, {})).key('model').key('info')
      return { name: readText(info.key('name')), found: `logged model ${uri.id}`, artifacts: readText(info.key('artifact_uri')) }
    }
    case 'run': return locateInRun(uri.id, uri.path, server)
  }
}

async function locateVersion(name: string, version: string, server: TrackingServer): Promise<Location> {
  const answer = await server.json('mlflow/model-versions/get-download-uri', { name, version })
  const artifacts = readText(answer.key('artifact_uri'))
  const [, logged] = /^models:\/(m-[0-9a-f]{32})$/.exec(artifacts) ?? []
  const place = logged === undefined ? { artifacts } : await locate({ kind: 'logged', id: logged }, server)
  return { name, found: `version ${version} of ${name}`, artifacts: place.artifacts }
}

/** The highest number, of the versions that are the latest of their stages. */
async function findLatest(name: string, stage: string | undefined, server: TrackingServer): Promise<string> {
  const query = { name, ...(stage !== undefined && { stages: stage }) }
  const list = (await server.json('mlflow/registered-models/get-latest-versions', query)).key('model_versions')
  const versions = list.isAbsent ? [] : list.items().map(item => Number(readText(item.key('version'))))
  if (versions.length > 0) return String(Math.max(...versions))
  throw new ConvertError(`${server.address}: ${name} has no version${stage === undefined ? '' : ` in the stage ${stage}`}.`, {
    hint: `Name a version, models:/${name}/1, or an alias, models:/${name}@champion.`
  })
}

/** Since MLflow 3 a run's models are not among its own files. */
async function locateInRun(id: string, path: string, server: TrackingServer): Promise<Location> {
  const run = (await server.json('mlflow/runs/get', { run_id: id })).key('run')
  const outputs = run.key('outputs').key('model_outputs')
  for (const output of outputs.isAbsent ? [] : outputs.items()) {
    const model = readText(output.key('model_id'))
    const logged = await locate({ kind: 'logged', id: model }, server)
    if (logged.name === path) return { ...logged, found: `${path} of run ${id}` }
  }
  const artifacts = `${readText(run.key('info').key('artifact_uri')).replace(/\/$/, '')}/${path}`
  return { name: path.split('/').at(-1) ?? path, found: `${path} of run ${id}`, artifacts }
}

function readText(place: { readonly value: unknown, fail: (expected: string) => never }): string {
  const { value } = place
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : place.fail('text')
}

/** The path behind the server's own door to its files. */
function proxiedPath(uri: string, server: TrackingServer): string {
  const [, host = '', path = ''] = /^mlflow-artifacts:(?:\/\/([^/]*))?\/?(.*)$/.exec(uri) ?? []
  if (uri.startsWith('mlflow-artifacts:') && (host === '' || server.isHere(host))) {
    return checkPath(path.replace(/\/$/, ''), `${server.address}: the place of the files`)
  }
  const place = uri.replace(/\/\/[^/@]*@/, '//').replace(/\?.*/, '')
  throw new ConvertError(`${server.address}: the files are at ${place}, which the server does not hand out.`, {
    hint: `Download them with MLflow, mlflow artifacts download --artifact-uri ${place} --dst-path model, and convert that folder.`
  })
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** The paths of all files below a folder. */
async function listFiles(server: TrackingServer, root: string): Promise<string[]> {
  const paths: string[] = []
  let entries = 0
  const list = async (below: string, depth: number): Promise<void> => {
    const answer = await server.json('mlflow-artifacts/artifacts', { path: `${root}${below}` })
    const files = answer.key('files')
    for (const entry of files.isAbsent ? [] : files.items()) {
      if (++entries > MAX_ENTRIES) {
        throw new ConvertError(`${server.address}: more than ${MAX_ENTRIES} files and folders, expected those of one model.`)
      }
      const path = `${below}/${checkPath(readText(entry.key('path')), `${server.address}: its list of files`)}`
      if (entry.key('is_dir').value !== true) paths.push(path.slice(1))
      else if (depth < MAX_DEPTH) await list(path, depth + 1)
    }
  }
  await list('', 0)
  if (paths.length === 0) throw new ConvertError(`${server.address}: there are no files at ${root}.`)
  return paths
}
