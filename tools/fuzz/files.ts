/** Mutated model files, through the reader and the whole conversion, as `convert` does it, and through `inspect`. */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { convertFiles } from '../convert/convert.js'
import { ConvertError } from '../convert/pickle/errors.js'
import { inspectFile } from '../inspect/inspect-file.js'
import { renderInspection } from '../inspect/render.js'
import type { CorpusFile } from './corpus.js'
import type { FuzzCase, Fuzzer } from './fuzzer.js'
import { mutateBytes, mutateText } from './mutate-bytes.js'
import { mutateJson, type JsonObject } from './mutate-json.js'
import { listOpcodes, mutatePickle, type Place } from './mutate-pickle.js'
import { pick, randomOf, type Random } from './random.js'

/** What is known of a file before it is mutated. */
interface Source extends CorpusFile {
  readonly opcodes: readonly Place[]
  readonly isText: boolean
}

/** @param folder where cases are written, for the conversion reads files */
export function fuzzFiles(corpus: readonly CorpusFile[], seed: number, folder: string): Fuzzer {
  const sources = corpus.map(file => {
    const text = isText(file.payload)
    return { ...file, opcodes: text ? [] : listOpcodes(file.payload), isText: text }
  })
  return { make: number => makeCase(sources, randomOf(seed, 'files', number), folder) }
}

function isText(payload: Uint8Array): boolean {
  return payload.subarray(0, 1000).every(byte => byte >= 0x20 ? byte < 0x7f : /[\t\n\r]/.test(String.fromCharCode(byte)))
}

function makeCase(sources: readonly Source[], random: Random, folder: string): FuzzCase {
  const source = pick(random, sources)
  const bytes = mutate(source, pick(random, sources), random)
  const inspected = random() < 0.1
  return {
    source: source.path,
    bytes,
    async run() {
      const path = join(folder, `case-${basename(source.path)}`)
      writeFileSync(path, bytes)
      try {
        if (inspected) renderInspection(await inspectFile(path), { width: 100, paint: (_, text) => text })
        await convertFiles([path], { out: folder, name: 'converted' })
        return 'accepted'
      } catch (error) {
        if (error instanceof ConvertError) return 'refused'
        throw error
      }
    }
  }
}

function mutate(source: Source, other: Source, random: Random): Uint8Array {
  const compressed = source.container !== 'raw'
  // Checksums notice most of what is done to the outside.
  if (compressed && random() < 0.2) return mutateBytes(source.bytes, other.bytes, random)
  const payload = mutatePayload(source, other, random)
  return compressed && random() < 0.1 ? gzipSync(payload, { level: 1 }) : payload
}

function mutatePayload({ payload, opcodes, isText }: Source, other: Source, random: Random): Uint8Array {
  const chance = random()
  if (isText && chance < 0.7) {
    const json = payload[0] === 0x7b && chance < 0.4 ? parse(payload) : undefined
    if (json === undefined) return mutateText(payload, random)
    mutateJson(json, random)
    return Buffer.from(JSON.stringify(json))
  }
  if (!isText && opcodes.length > 3 && chance < 0.5) return mutatePickle(payload, opcodes, random)
  return mutateBytes(payload, other.payload, random)
}

function parse(payload: Uint8Array): JsonObject | undefined {
  try {
    return JSON.parse(Buffer.from(payload).toString()) as JsonObject
  } catch {
    return undefined
  }
}
