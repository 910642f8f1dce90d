/** Swagger UI in a real browser, as the build has it: every operation is there, and can be tried. */
import t from 'tap'
import { findChromium, openBrowser, watchPage } from '../helpers/browser.js'
import { startListening } from '../helpers/service-process.js'

t.test('Swagger UI', { skip: findChromium() === undefined && 'no Chromium' }, async t => {
  const browser = await openBrowser(t)
  for (const prefix of ['', '/ml']) {
    const { port } = await startListening(t, { PATH_PREFIX: prefix })
    const origin = `http://127.0.0.1:${port}`
    const document = await (await fetch(`${origin}/openapi.json`)).json() as { paths: Record<string, object> }
    const operations = Object.values(document.paths).reduce((sum, path) => sum + Object.keys(path).length, 0)
    const page = await browser.newPage()
    const watched = watchPage(page, origin)
    await page.goto(`${origin}${prefix}/docs`)
    await page.locator('.opblock').nth(operations - 1).waitFor()
    t.equal(await page.locator('.opblock').count(), operations)
    const predict = page.locator('#operations-churn-predict')
    await predict.locator('.opblock-summary-control').click()
    await predict.locator('button.execute').click()
    await predict.locator('.live-responses-table .response-col_status', { hasText: '200' }).first().waitFor()
    t.match(await predict.locator('.live-responses-table').textContent(), /risk_score/)
    t.strictSame(watched.complaints, [])
    t.strictSame(watched.asked.filter(path => !path.startsWith(`${prefix}/`) && !path.startsWith('data:')), [], 'no other host')
    await page.close()
  }
})
