/** A report in a real browser: nothing is asked of any host, nothing is out of its place, and axe finds nothing. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type axe from 'axe-core'
import t from 'tap'
import { runReport } from '../../tools/report/command.js'
import { findChromium, openBrowser } from '../helpers/browser.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, SHIPPED, toCsv } from '../helpers/score.js'

declare const document: {
  readonly documentElement: { readonly scrollWidth: number }
  querySelectorAll(selector: string): Iterable<{ open: boolean, getBoundingClientRect(): { readonly height: number } }>
}

const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)

t.test('a report reads well on every screen', { skip: findChromium() === undefined && 'no Chromium' }, async t => {
  const folder = t.testdir({})
  const [input, out] = [join(folder, 'rows.csv'), join(folder, 'report.html')]
  writeFileSync(input, toCsv([COLUMNS, ...Array.from({ length: 500 }, () => randomCells(random))]))
  t.equal(await runReport(input, { model: join(SHIPPED, 'recommend.json'), out, quiet: true }), 0)
  const address = pathToFileURL(out).href
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const browser = await openBrowser(t)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [390, 1440]) {
      // What the report forbids itself, such as scripts, is what axe consists of.
      const page = await browser.newPage({ colorScheme, bypassCSP: true, viewport: { width, height: 900 } })
      const seen: string[] = []
      page.on('request', request => seen.push(request.url()))
      page.on('console', message => seen.push(message.text()))
      await page.goto(address)
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      t.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, 'nothing is wider than the screen')
      const heights = await page.evaluate(() =>
        [...document.querySelectorAll('svg text')].map(text => text.getBoundingClientRect().height).filter(height => height > 0))
      t.ok(heights.length > 100 && Math.min(...heights) > 8, `${width}: the smallest text is ${Math.min(...heights)} high`)
      await page.evaluate(source)
      const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
      t.strictSame(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], `${colorScheme} ${width}`)
      t.strictSame(seen, [address])
      await page.close()
    }
  }
})
