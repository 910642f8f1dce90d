/** The links between the documents lead somewhere, and what they list is what there is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../src/config.js'
import { ERROR_STATUS } from '../src/http/shared/error-text.js'

const documents = ['', 'docs', 'examples'].flatMap(folder =>
  readdirSync(join(PACKAGE_ROOT, folder)).filter(name => name.endsWith('.md')).map(name => join(PACKAGE_ROOT, folder, name)))

/** Anchors of headings, as GitHub makes them. */
function listAnchors(file: string): string[] {
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading)
  return headings.map(heading => heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-'))
}

t.test('links', async t => {
  for (const file of documents) {
    for (const [, link] of readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [path, anchor] = link.split('#')
      const target = path === '' ? file : join(dirname(file), path)
      const name = `${relative(PACKAGE_ROOT, file)}: ${link}`
      t.ok(existsSync(target), name)
      if (anchor !== undefined && existsSync(target)) t.ok(listAnchors(target).includes(anchor), name)
    }
  }
})

t.test('every document can be reached from the index', async t => {
  const index = readFileSync(join(PACKAGE_ROOT, 'docs', 'index.md'), 'utf8')
  for (const name of readdirSync(join(PACKAGE_ROOT, 'docs'))) {
    if (name.endsWith('.md') && name !== 'index.md') t.ok(index.includes(`](${name})`), name)
  }
})

t.test('every error code is documented with its status', t => {
  const text = readFileSync(join(PACKAGE_ROOT, 'docs', 'backend.md'), 'utf8')
  const documented: Record<string, number> = {}
  for (const [, statuses, codes] of text.matchAll(/^\| ([\d, ]+) \| ([^|]+) \|/gm)) {
    const numbers = statuses.split(', ').map(Number)
    for (const [i, [, code]] of [...codes.matchAll(/`(\w+)`/g)].entries()) documented[code] = numbers[i] ?? numbers[0]
  }
  t.strictSame(documented, { ...ERROR_STATUS })
  const nginx = readFileSync(join(PACKAGE_ROOT, 'deploy', 'nginx', 'recall-ml.conf'), 'utf8')
  const [, map] = /recall_ml_code \{([^}]*)\}/.exec(nginx) ?? []
  const codes = [...map.matchAll(/"(\w+)"/g)].map(([, code]) => code)
  t.ok(codes.length > 5)
  for (const code of codes) t.ok(code in ERROR_STATUS, code)
  t.end()
})
