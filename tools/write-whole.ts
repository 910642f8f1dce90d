import { realpath, rename, rm, writeFile } from 'node:fs/promises'

/** Replaces a file, or the one that a link leads to, at once or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await realpath(path)
  const part = `${target}.${process.pid}.part`
  try {
    await writeFile(part, text)
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}
