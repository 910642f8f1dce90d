/** Packages of others, by pip at a fixed version and SHA-256. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Wheel {
  /** What pip downloads: `name==version`. */
  readonly package: string
  readonly sha256: string
}

const run = promisify(execFile)

/** Unpacks the wheel into `folder`; why that cannot be done, when no package index answers. */
export async function fetchWheel(python: string, wheel: Wheel, folder: string): Promise<string | undefined> {
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'download', '--quiet', '--retries', '1', '--no-deps']
  try {
    await run(python, [...pip, '--only-binary', ':all:', '--dest', folder, wheel.package])
  } catch (error) {
    return `pip: ${String((error as { stderr?: string }).stderr).trim().split('\n').at(-1)}`
  }
  const [file] = (await readdir(folder)).filter(name => name.endsWith('.whl'))
  const digest = createHash('sha256').update(await readFile(join(folder, file))).digest('hex')
  if (digest !== wheel.sha256) throw new Error(`${file} has SHA-256 ${digest}, expected ${wheel.sha256}`)
  await run(python, ['-m', 'zipfile', '-e', join(folder, file), folder])
  return undefined
}
