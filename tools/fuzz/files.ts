/** Mutated model files, through the reader and the whole conversion, as `convert` does it, and through `inspect`. */
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { convert } from '../convert/convert.js'
import { ConvertError } from '../convert/errors/convert-error.js'
import { inspect } from '../inspect/inspect-file.js'
import { renderInspection } from '../inspect/render.js'
import type { CorpusFile } from './corpus.js'
import type { FuzzCase, Fuzzer } from './shared/fuzzer.js'
import { mutateBytes, mutateText } from './shared/mutate-bytes.js'
import { mutateJson, type JsonObject } from './shared/mutate-json.js'
import { listOpcodes, mutatePickle, type Place } from './shared/mutate-pickle.js'
import { listMembers, mutateZip, type ZipMember } from './shared/mutate-zip.js'
import { randomOf, type Random } from './shared/random.js'

/** What is known of a file before it is mutated. */
interface Source extends CorpusFile {
  readonly opcodes: readonly Place[]
  readonly isText: boolean
  /** Of a ZIP archive. */
  readonly members: readonly ZipMember[] | undefined
}

/** What a ZIP archive of the corpus may hold. */
const MAX_CONTENT = 4e6

export function fuzzFiles(corpus: readonly CorpusFile[], seed: number): Fuzzer {
  const sources = [...corpus].sort((a, b) => a.payload.length - b.payload.length).map(describeSource)
  return { make: number => makeCase(sources, randomOf(seed, 'files', number)) }
}

function describeSource(file: CorpusFile): Source {
  const text = isText(file.payload)
  const members = listMembers(file.bytes, MAX_CONTENT)
  let opcodes: readonly Place[] | undefined
  return {
    ...file,
    isText: text,
    members,
    // Looked for when it is needed: a run of a few cases has no use for most files.
    get opcodes() {
      return opcodes ??= text || members !== undefined ? [] : listOpcodes(file.payload)
    }
  }
}

/** Small files more often than large ones: they take less time, and a change to them is more likely to matter. */
function pickSource(sources: readonly Source[], random: Random): Source {
  return sources[Math.floor(random() ** 2 * sources.length)]
}

function isText(payload: Uint8Array): boolean {
  return payload.subarray(0, 1000).every(byte => byte >= 0x20 ? byte < 0x7f : /[\t\n\r]/.test(String.fromCharCode(byte)))
}

function makeCase(sources: readonly Source[], random: Random): FuzzCase {
  const source = pickSource(sources, random)
  const bytes = mutate(source, pickSource(sources, random), random)
  const inspected = random() < 0.1
  return {
    source: source.path,
    bytes,
    async run() {
      const file = { name: `case-${basename(source.path)}`, bytes }
      try {
        if (inspected) renderInspection(inspect(file), { width: 100, paint: (_, text) => text })
        await convert([file], { name: 'converted' })
        return 'accepted'
      } catch (error) {
        if (error instanceof ConvertError) return 'refused'
        throw error
      }
    }
  }
}

function mutate(source: Source, other: Source, random: Random): Uint8Array {
  if (source.members !== undefined && random() < 0.9) return mutateZip(source.members, mutateMember, random)
  const compressed = source.container !== 'raw'
  // Checksums notice most of what is done to the outside.
  if (compressed && random() < 0.2) return mutateBytes(source.bytes, other.bytes, random)
  const payload = mutatePayload(source, other, random)
  return compressed && random() < 0.1 ? gzipSync(payload, { level: 1 }) : payload
}

function mutateMember({ content }: ZipMember, random: Random): Uint8Array {
  return mutatePayload({ payload: content, opcodes: [], isText: isText(content) }, { payload: content }, random)
}

function mutatePayload({ payload, opcodes, isText }: Pick<Source, 'payload' | 'opcodes' | 'isText'>, other: Pick<Source, 'payload'>, random: Random): Uint8Array {
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
