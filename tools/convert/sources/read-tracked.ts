/** The model behind an address in a registry or a run of MLflow. */
import { fileURLToPath } from 'node:url'
import type { SourceFile } from '../common/source-file.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { downloadModel } from '../tracking/download.js'
import { findModel } from '../tracking/local-store.js'
import { parseModelUri } from '../tracking/model-uri.js'
import { TrackingServer, type Tracking } from '../tracking/server.js'
import { openArchivedFolder, openDiskFolder } from './folder.js'
import { readFolder } from './read-folder.js'

/**
 * @param uri such as models:/churn@champion
 * @throws ConvertError when there is no such model, or none that can be read
 */
export async function readTracked(uri: string, tracking: Tracking | undefined): Promise<SourceFile[]> {
  try {
    const address = parseModelUri(uri)
    if (tracking === undefined) {
      throw new ConvertError('where is the registry?', { hint: 'Give --tracking-uri URL, or set MLFLOW_TRACKING_URI.' })
    }
    const root = localRoot(tracking.uri)
    if (root !== undefined) {
      const { name, found, path } = findModel(address, root)
      return note(readFolder({ ...openDiskFolder(path), name }), `${uri}, ${found}`)
    }
    const { name, found, files } = await downloadModel(address, new TrackingServer(tracking))
    return note(readFolder(openArchivedFolder(name, [...files.keys()], path => files.get(path))), `${uri}, ${found}`)
  } catch (error) {
    throw error instanceof ConvertError ? prefixFile(error, uri) : error
  }
}

function note(sources: readonly SourceFile[], origin: string): SourceFile[] {
  return sources.map(source => ({ ...source, origin }))
}

/** The folder of a local store; undefined for a server. Databases are read by a server alone. */
function localRoot(uri: string): string | undefined {
  if (/^file:/i.test(uri)) return uri.startsWith('file://') ? fileURLToPath(uri) : uri.slice('file:'.length)
  const [scheme] = /^[a-z][a-z0-9+.-]+:/i.exec(uri) ?? []
  if (scheme === undefined) return uri
  if (/^https?:$/i.test(scheme)) return undefined
  throw new ConvertError(`--tracking-uri: ${scheme}... is not read here.`, {
    hint: /^(sqlite|postgresql|mysql|mssql)/i.test(scheme)
      ? `Start a server on the database, mlflow server --backend-store-uri ${scheme}..., and give its http://... address.`
      : 'Give the http://... or https://... address of a tracking server, or the folder of a local store.'
  })
}
