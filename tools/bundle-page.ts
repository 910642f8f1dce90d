/** Builds the page that the service shows: files with the hash of their content in their names, compressed beforehand. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'
import { bundleMinified } from './minified.js'

/**
 * @param source folder of the page
 * @param target folder, which is made
 * @returns what the scripts consist of
 */
export async function bundlePage(source: string, target: string): Promise<ReadonlyArray<{ readonly metafile: Metafile }>> {
  const { transform } = await import('esbuild')
  await mkdir(target, { recursive: true })
  const worker = await bundleMinified(join(source, 'worker.ts'))
  const workerName = hashName('worker.js', worker.code)
  const main = await bundleMinified(join(source, 'main.tsx'), { WORKER_PATH: JSON.stringify(`page/${workerName}`) })
  const style = await transform(await readFile(join(source, 'style.css'), 'utf8'), { loader: 'css', minify: true })
  const icon = await readFile(join(source, 'icon.svg'), 'utf8')
  const files = new Map([['main.js', main.code], ['style.css', style.code], ['icon.svg', icon]]
    .map(([name, text]) => [name, { name: hashName(name, text), text }]))
  const html = (await readFile(join(source, 'index.html'), 'utf8'))
    .replaceAll(/\{([a-z.]+)\}/g, (_, name: string) => files.get(name)?.name ?? name)
  for (const { name, text } of [{ name: 'index.html', text: html }, { name: workerName, text: worker.code }, ...files.values()]) {
    await writeFile(join(target, name), text)
    await writeFile(join(target, `${name}.gz`), gzipSync(text, { level: 9 }))
    await writeFile(join(target, `${name}.br`), brotliCompressSync(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
    }))
  }
  return [worker, main]
}

/** `main.js` as `main-1a2b3c4d5e6f.js`. */
function hashName(name: string, text: string): string {
  const ending = extname(name)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `${name.slice(0, -ending.length)}-${hash}${ending}`
}
