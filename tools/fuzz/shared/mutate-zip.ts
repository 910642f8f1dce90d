/** ZIP archives changed on the inside, member by member, and put together again so that the changes are reached. */
import { crc32, deflateRawSync } from 'node:zlib'
import { ZipArchive, isZip } from '../../convert/containers/zip.js'
import { ConvertError } from '../../convert/errors/convert-error.js'
import { pick, type Random } from './random.js'

export interface ZipMember {
  readonly name: string
  readonly content: Uint8Array
}

/** Members of a sound archive, undefined for anything else. */
export function listMembers(bytes: Uint8Array, maxBytes: number): ZipMember[] | undefined {
  if (!isZip(bytes)) return undefined
  try {
    const archive = new ZipArchive(bytes, maxBytes)
    return archive.names.map(name => ({ name, content: archive.read(name) ?? new Uint8Array() }))
  } catch (error) {
    if (error instanceof ConvertError) return undefined
    throw error
  }
}

/**
 * Changes one member mostly, and now and then which members there are.
 * @param mutate gives the changed content of a member
 */
export function mutateZip(
  members: readonly ZipMember[], mutate: (member: ZipMember, random: Random) => Uint8Array, random: Random
): Buffer {
  if (members.length === 0) return writeZip([], random)
  // The description of the rest comes last, and is what a change matters most to.
  const chosen = random() < 0.7 ? members.length - 1 : Math.floor(random() * members.length)
  const changed = members.map((member, i) => i === chosen ? { ...member, content: mutate(member, random) } : member)
  const chance = random()
  if (chance < 0.05) changed.splice(Math.floor(random() * changed.length), 1)
  else if (chance < 0.1) changed.push({ ...pick(random, members), name: pick(random, members).name })
  else if (chance < 0.15) changed[chosen] = { ...changed[chosen], name: pick(random, ['../x', 'schema.json', '', 'x/', 'MLmodel']) }
  return writeZip(changed, random)
}

function writeZip(members: readonly ZipMember[], random: Random): Buffer {
  const deflated = random() < 0.3
  const parts: Buffer[] = []
  const table: Buffer[] = []
  let at = 0
  for (const { name, content } of members) {
    const data = deflated ? deflateRawSync(content, { level: 1 }) : content
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(deflated ? 8 : 0, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(path.length, 22)
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(at, 10)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data])
    table.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, entry, path]))
    parts.push(local)
    at += local.length
  }
  const directory = Buffer.concat(table)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end])
}
