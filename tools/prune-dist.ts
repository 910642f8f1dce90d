/**
 * Removes from `dist` what the compiler made of sources that are gone. It leaves that, so that a test that was moved
 * would run twice, and a module that was deleted could still be imported.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'

/** Folders that the compiler reads, and makes again in `dist`. */
const FOLDERS = ['src', 'plugins', 'page', 'tools', 'test']

// An image is built from some of them.
for (const folder of FOLDERS.filter(name => existsSync(join(PACKAGE_ROOT, 'dist', name)))) {
  for (const file of readdirSync(join(PACKAGE_ROOT, 'dist', folder), { recursive: true, encoding: 'utf8' })) {
    const source = join(PACKAGE_ROOT, folder, file.replace(/\.js(?:\.map)?$/, '.ts'))
    if (/\.js(?:\.map)?$/.test(file) && !existsSync(source)) rmSync(join(PACKAGE_ROOT, 'dist', folder, file))
  }
}
