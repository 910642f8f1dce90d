/** ZIP archives as files have them, and as no program writes them. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface Member {
  name: string
  content: string | Uint8Array
  /** Stored without it. */
  deflate?: boolean
  /** What the archive says instead of what is so. */
  says?: Partial<Record<'method' | 'flags' | 'crc' | 'size' | 'packed' | 'header', number>>
  /** The name in front of the data. */
  localName?: string
  /** Extra field of the table's entry, or of both. */
  extra?: Uint8Array
  localExtra?: Uint8Array
}

interface Options {
  /** At the end. */
  comment?: string
  /** Writes the record and the locator of ZIP64, and leaves the plain numbers out. */
  zip64?: boolean
  /** Changes the last record, or ZIP64's. */
  says?: { entries?: number, size?: number, start?: number, disk?: number, entries64?: number }
}

const UTF8 = 0x800

export function zip(members: readonly Member[], { comment = '', zip64 = false, says = {} }: Options = {}): Buffer {
  const parts: Buffer[] = []
  const table: Buffer[] = []
  let at = 0
  for (const member of members) {
    const { local, entry } = writeMember(member, at)
    parts.push(local)
    table.push(entry)
    at += local.length
  }
  const directory = Buffer.concat(table)
  const entries = members.length
  const end64 = zip64 ? [
    numbers(
      [4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, says.entries64 ?? entries],
      [8, says.entries64 ?? entries], [8, directory.length], [8, at]
    ),
    numbers([4, 0x07064b50], [4, 0], [8, at + directory.length], [4, 1])
  ] : []
  const plain = { entries, size: directory.length, start: at }
  const last = { disk: 0, ...zip64 ? { entries: 0xffff, size: 0xffffffff, start: 0xffffffff } : plain, ...says }
  const end = numbers(
    [4, 0x06054b50], [2, last.disk], [2, 0], [2, last.entries], [2, last.entries], [4, last.size], [4, last.start],
    [2, comment.length]
  )
  return Buffer.concat([...parts, directory, ...end64, end, Buffer.from(comment)])
}

function writeMember(member: Member, at: number): { local: Buffer, entry: Buffer } {
  const content = Buffer.from(member.content)
  const data = member.deflate === true ? deflateRawSync(content) : content
  const { says = {}, extra = new Uint8Array(), localExtra = new Uint8Array() } = member
  const name = Buffer.from(member.name)
  const localName = Buffer.from(member.localName ?? member.name)
  const common = [
    [2, 20], [2, says.flags ?? UTF8], [2, says.method ?? (member.deflate === true ? 8 : 0)], [4, 0x21 << 16],
    [4, says.crc ?? crc32(content)], [4, says.packed ?? data.length], [4, says.size ?? content.length]
  ] as const
  return {
    local: Buffer.concat([
      numbers([4, 0x04034b50], ...common, [2, localName.length], [2, localExtra.length]), localName, localExtra, data
    ]),
    entry: Buffer.concat([
      numbers([4, 0x02014b50], [2, 20], ...common, [2, name.length], [2, extra.length], [6, 0], [4, 0]),
      numbers([4, says.header ?? at]),
      name, extra
    ])
  }
}

/** Little-endian, each with its bytes. */
export function numbers(...fields: ReadonlyArray<readonly [bytes: number, value: number]>): Buffer {
  return Buffer.concat(fields.map(([bytes, value]) => {
    const buffer = Buffer.alloc(bytes)
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value))
    else buffer.writeUIntLE(value, 0, bytes)
    return buffer
  }))
}
