/** Dumps that earlier releases wrote are served by this one; `test/fixtures/dumps` has a folder for each format. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { DUMP_FORMAT_VERSION } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'

const FOLDER = join(PACKAGE_ROOT, 'test', 'fixtures', 'dumps')

for (let version = 1; version < DUMP_FORMAT_VERSION; version++) {
  t.test(`format ${version}`, async t => {
    const folder = join(FOLDER, `format-${version}`)
    const files = readdirSync(folder)
    t.not(files.length, 0)
    for (const file of files) {
      const dump = parseDump(readFileSync(join(folder, file), 'utf8'))
      t.equal(dump.formatVersion, version, file)
      t.ok(dump.golden.length > 0, 'it has rows to be proven by')
      // Throws unless every golden row comes out with its bits.
      t.equal(createModel(dump).name, dump.name)
    }
  })
}
