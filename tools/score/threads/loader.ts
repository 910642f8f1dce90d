/** A thread that reads a model for all others and ends, with all that a dump takes while it is read. */
import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { readDump } from '../../../src/model/registry.js'
import { shareModel } from '../../../src/model/share-model.js'
import type { LoadedModel, LoadRequest } from './load-shared-model.js'

const { path, wantsDump } = workerData as LoadRequest
parentPort?.postMessage(await readDump(path, basename(path, '.json'), (dump): LoadedModel =>
  ({ model: shareModel(dump), dump: wantsDump ? dump : undefined })))
