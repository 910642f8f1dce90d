/** The built files of the page, in memory with what compresses them. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml'
}

/** How the build has compressed files, best first, with the endings of their names. */
const ENCODINGS = [['br', '.br'], ['gzip', '.gz']] as const

export interface Asset {
  readonly type: string
  readonly etag: string
  /** By the encoding's name; `identity` is the file itself. */
  readonly bodies: ReadonlyMap<string, Buffer>
}

/** @returns the files by name; none where the page was not built */
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const names = await readdir(folder).catch((): string[] => [])
  const assets = new Map<string, Asset>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const body = await readFile(join(folder, name))
    const bodies = new Map<string, Buffer>([['identity', body]])
    for (const [encoding, ending] of ENCODINGS) {
      if (names.includes(name + ending)) bodies.set(encoding, await readFile(join(folder, name + ending)))
    }
    assets.set(name, { type, etag: quoteDigest(createHash('sha256').update(body).digest('hex')), bodies })
  }
  return assets
}

/** An entity tag. It is a weak one, since each encoding of the content has it. */
export function quoteDigest(hex: string): string {
  return `W/"${hex.slice(0, 32)}"`
}

/** The best encoding of a body that a caller takes. @param header Accept-Encoding */
export function chooseEncoding(header: string | undefined, offered: ReadonlyMap<string, unknown>): string {
  const taken = new Map((header ?? '').split(',').map(part => {
    const [name, ...parameters] = part.split(';').map(text => text.trim().toLowerCase())
    return [name, !parameters.some(parameter => /^q=0(?:\.0*)?$/.test(parameter))]
  }))
  const best = ENCODINGS.find(([name]) => offered.has(name) && (taken.get(name) ?? taken.get('*')) === true)
  return best?.[0] ?? 'identity'
}
