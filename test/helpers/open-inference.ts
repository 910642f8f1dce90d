/** Requests and answers of the Open Inference Protocol, for tests. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { createModel } from '../../src/model/create-model.js'
import { identifyDump } from '../../src/model/digest.js'
import type { ModelEntry } from '../../src/model/types.js'
import type { Dump } from '../../src/dump/dump.js'
import { post } from './app.js'

export interface Tensor {
  name: string
  shape: number[]
  datatype: string
  data?: unknown[]
  parameters?: Record<string, unknown>
}

export interface InferAnswer {
  error?: string
  model_name: string
  model_version: string
  id?: string
  parameters?: { defaulted?: string }
  outputs: Tensor[]
}

export function entryOf(name: string, dump: Dump): ModelEntry {
  return { name, path: `/srv/secret models/${name}.json`, model: createModel(dump), bytes: 1, digest: identifyDump(dump), loadMs: 1 }
}

export async function infer(
  app: FastifyInstance, model: string, body: unknown, headers: Record<string, string> = {}
): Promise<LightMyRequestResponse> {
  return post(app, `/v2/models/${model}/infer`, body, headers)
}

/** A request with the bytes of binary tensors after its document. */
export async function inferBinary(
  app: FastifyInstance, model: string, document: object, tail: Buffer, length?: string
): Promise<LightMyRequestResponse> {
  const head = Buffer.from(JSON.stringify(document))
  return infer(app, model, Buffer.concat([head, tail]), {
    'content-type': 'application/octet-stream', 'inference-header-content-length': length ?? String(head.length)
  })
}

export const column = (name: string, datatype: string, data: unknown[]): Tensor =>
  ({ name, shape: [data.length], datatype, data })

/** The data of an answer, by output. */
export function outputsOf(response: LightMyRequestResponse): Record<string, unknown> {
  return Object.fromEntries(response.json<InferAnswer>().outputs.map(({ name, data }) => [name, data]))
}
