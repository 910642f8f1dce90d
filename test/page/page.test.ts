/**
 * The page in a real browser: every control, by mouse and by keys, wide and narrow, under a prefix. It needs the built
 * page and Chromium; with SCREENSHOTS=docs/images it writes the pictures that the documents show.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createModel } from '../../library/core.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import { findChromium, openBrowser, watchPage, type Watched } from '../helpers/browser.js'
import { sleep, startListening } from '../helpers/service-process.js'

t.setTimeout(600_000)

const WIDE = { width: 1440, height: 900 }
const NARROW = { width: 390, height: 844 }
const BUILT = join(PACKAGE_ROOT, 'dist', 'bundle', 'page')
const MOST_BYTES = 250_000

/** The pictures that the documents show. */
const SHOWN = [
  'page-try-wide-light.png', 'page-file-wide-light.png', 'page-models-wide-light.png', 'page-try-narrow-dark.png'
]

const skip = findChromium() === undefined && 'no Chromium'
const screenshots = process.env.SCREENSHOTS
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const read = (name: string) => JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8')) as unknown
const churn = await createModel(read('churn'))
const offers = await createModel(read('recommend'))

/** A customer at risk. */
const CUSTOMER = {
  avg_data_usage_gb: 6.5, pct_video_usage: 0.4, avg_call_duration: 8, sms_freq: 5, monthly_spend: 65000, topup_freq: 3,
  travel_score: 0.1, complaint_count: 2, plan_type: 'Prepaid', device_brand: 'Other'
}
const hashOf = (row: object) => Object.entries(row).map(([name, value]) => `a.${name}=${value}`).join('&')

interface Opened {
  readonly page: Page
  readonly watched: Watched
}

t.test('the page', { skip }, async t => {
  t.ok(existsSync(join(BUILT, 'index.html.gz')), 'npm run build makes the page')
  const browser = await openBrowser(t)
  const { port } = await startListening(t)
  const origin = `http://127.0.0.1:${port}`
  const open = async (path = '/', viewport = WIDE, options = {}) => openPage(browser, origin + path, viewport, options)

  t.test('light, without a word of complaint, and quickly there', async t => {
    const { page, watched } = await open()
    t.match(await page.title(), /recall-ml/)
    await page.waitForLoadState('networkidle')
    const bytes = [...watched.received].filter(([path]) => !path.startsWith('/page/models/')).reduce((sum, [, size]) => sum + size, 0)
    t.comment(`${bytes} bytes without the models`)
    t.ok(bytes > 50_000 && bytes < MOST_BYTES, `${bytes} bytes`)
    // What a worker loads is not told of.
    const built = readdirSync(BUILT).filter(name => name.endsWith('.gz'))
      .reduce((sum, name) => sum + statSync(join(BUILT, name)).size, 0)
    t.ok(built < MOST_BYTES, `${built} bytes in all, for those who take gzip alone`)
    const ms = await page.evaluate<number>('performance.getEntriesByName("interactive")[0].startTime')
    t.comment(`${Math.round(ms)} ms until it is interactive`)
    await finish(t, { page, watched })
  })

  t.test('answers are those of the service, bit for bit', async t => {
    const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`)
    const risk = String(churn.predict(CUSTOMER).probabilities?.[1])
    t.equal(await page.locator('.risk .exact').textContent(), `Exactly ${risk}`)
    const { prediction, probabilities = [] } = offers.predict(CUSTOMER)
    const card = page.locator('.answer:not(.risk)')
    t.equal(await card.locator('.verdict strong').textContent(), prediction)
    t.equal(await card.locator('.exact').textContent(), `Exactly ${Math.max(...probabilities)}`)
    t.equal(await card.locator('.bars tbody tr').count(), 10)
    await finish(t, { page, watched })
  })

  t.test('each slider, number box and combobox changes the answers', async t => {
    const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`)
    const row: Record<string, unknown> = { ...CUSTOMER }
    for (const name of Object.keys(CUSTOMER).filter(name => typeof row[name] === 'number')) {
      const field = page.locator(`.field[title="${name}"]`)
      await field.locator('input[type=range]').focus()
      await page.keyboard.press('ArrowRight')
      await until(page, `document.querySelector('.field[title="${name}"] input[type=number]').value !== '${row[name] as string}'`)
      row[name] = Number(await field.locator('input[type=number]').inputValue())
      await expectRisk(t, page, row)
      await field.locator('input[type=number]').fill(String(CUSTOMER[name as keyof typeof CUSTOMER]))
      row[name] = CUSTOMER[name as keyof typeof CUSTOMER]
      await expectRisk(t, page, row)
    }
    const brand = page.locator('.field[title="device_brand"] input')
    await brand.click()
    await page.locator('.combobox ul:visible li').nth(7).waitFor()
    t.equal(await page.locator('.combobox ul:visible li').count(), 8, 'all that are known')
    await page.locator('.combobox ul:visible li', { hasText: 'Samsung' }).click()
    await expectRisk(t, page, { ...row, device_brand: 'Samsung' })
    await brand.fill('Nokia')
    await page.getByText('Not a category that the model knows').waitFor()
    await expectRisk(t, page, { ...row, device_brand: 'Nokia' })
    await brand.fill('app')
    await page.keyboard.press('ArrowDown')
    await page.locator('.combobox li.active', { hasText: 'Apple' }).waitFor()
    await page.keyboard.press('Enter')
    await until(page, `document.querySelector('.field[title="device_brand"] input').value === 'Apple'`)
    await page.keyboard.press('Escape')
    await page.locator('.field[title="monthly_spend"] input[type=number]').fill('')
    await page.getByText('Missing: counts as 0').waitFor()
    await page.locator('.field[title="monthly_spend"] input[type=number]').fill('-5')
    t.match(await page.locator('.field.refused .note').textContent(), /expected a number of 0 or more/)
    await finish(t, { page, watched })
  })

  t.test('a slider that moves is drawn within a frame or so', async t => {
    const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`)
    await page.locator('.waterfall').waitFor()
    await page.waitForTimeout(1500)
    // By keys, whose events come just before the browser draws. What it takes to paint is the machine's.
    await page.evaluate(`(() => {
      const exact = document.querySelector('.risk .exact')
      globalThis.moves = []
      let start
      document.addEventListener('input', () => { start = performance.now() }, { capture: true })
      new MutationObserver(() => { globalThis.moves.push(performance.now() - start) })
        .observe(exact, { subtree: true, childList: true, characterData: true })
    })()`)
    await page.locator('.field[title="monthly_spend"] input[type=range]').focus()
    for (let i = 0; i < 60; i++) await page.keyboard.press('ArrowRight')
    const moves = await page.evaluate<number[]>('globalThis.moves')
    moves.sort((a, b) => a - b)
    t.ok(moves.length > 10, `the risk has changed ${moves.length} times`)
    t.comment(`median ${moves[moves.length >> 1].toFixed(1)} ms, slowest ${moves.at(-1)?.toFixed(1)} ms`)
    await finish(t, { page, watched })
  })

  t.test('why, over a field, and what would change it', async t => {
    const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`)
    const rows = page.locator('.waterfall tbody tr')
    await rows.nth(2).waitFor()
    t.match(await rows.first().textContent(), /Average12\.4%/)
    t.match(await rows.nth(1).textContent(), /Complaints on file/)
    await page.locator('section[aria-labelledby=why] label', { hasText: 'The offer' }).click()
    await page.locator('section[aria-labelledby=why] select').selectOption('Roaming Pass')
    await page.getByText('percentage points').waitFor()
    t.match(page.url(), /about=recommend|#/)
    const changed = page.locator('.changes li')
    await changed.first().waitFor()
    await page.locator('section[aria-labelledby=why] label', { hasText: 'The risk' }).click()
    await page.getByText('leads to another category').waitFor()
    await page.locator('section[aria-labelledby=over] select').selectOption('plan_type')
    await page.locator('section[aria-labelledby=over] .bars').waitFor()
    await page.locator('section[aria-labelledby=over] select').selectOption('monthly_spend')
    await page.getByText('All steps are drawn').waitFor()
    await page.locator('section[aria-labelledby=over] svg').hover()
    await page.locator('section[aria-labelledby=over] summary').click()
    t.ok(await page.locator('section[aria-labelledby=over] .plain tbody tr').count() > 5, 'the same as a table')
    const before = await page.locator('.risk .chip').textContent()
    await changed.first().getByRole('button').click()
    await until(page, `document.querySelector('.risk .chip').textContent !== ${JSON.stringify(before)}`)
    await finish(t, { page, watched })
  })

  t.test('a second customer beside the first', async t => {
    const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`)
    await page.getByRole('button', { name: 'Compare two' }).click()
    await page.getByText('They have the same values').waitFor()
    await page.locator('.field[title="complaint_count"] input[type=number]').fill('0')
    await page.locator('section[aria-labelledby=differences] tbody tr').waitFor()
    t.strictSame(await page.locator('.risk .exact').allTextContents(),
      [2, 0].map(complaint_count => `Exactly ${churn.predict({ ...CUSTOMER, complaint_count }).probabilities?.[1]}`))
    t.equal(await page.locator('section[aria-labelledby=differences] tbody tr').count(), 1)
    await until(page, 'location.hash.includes("b.complaint_count=0")')
    await page.reload()
    await page.locator('.segment-1 input:checked').waitFor({ state: 'attached' })
    t.equal(await page.locator('.risk .exact').count(), 2, 'the address has both')
    await page.locator('.segment-0').click()
    await until(page, `document.querySelector('.field[title="complaint_count"] input[type=number]').value === '2'`)
    await expectNoViolations(t, page)
    await page.getByRole('button', { name: 'Back to one' }).click()
    await until(page, `document.querySelectorAll('.risk .exact').length === 1`)
    await finish(t, { page, watched })
  })

  t.test('samples, requests, and links', async t => {
    const { page, watched } = await open('/', WIDE, { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('#sample').selectOption('3')
    await page.locator('section[aria-labelledby=request] select').selectOption('1')
    const pre = page.locator('pre', { hasText: `${origin}/predict` })
    const text = await pre.textContent() ?? ''
    t.match(text, `curl -s '${origin}/predict'`)
    const body = JSON.parse(/-d '(.*)'$/s.exec(text)?.[1] ?? '{}') as Record<string, unknown>
    const answer = await (await fetch(`${origin}/predict`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
    })).json() as { risk_score: number }
    t.equal(await page.locator('.risk .exact').textContent(), `Exactly ${answer.risk_score}`, 'the service says the same')
    await page.locator('section[aria-labelledby=request] label', { hasText: 'axios' }).click()
    await page.locator('pre', { hasText: 'await axios.post(' }).waitFor()
    await page.locator('section[aria-labelledby=request]').getByRole('button').click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    t.match(await page.evaluate('navigator.clipboard.readText()'), /axios/)
    await page.getByRole('button', { name: 'Copy a link' }).click()
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    const risk = await page.locator('.risk .exact').textContent()
    await page.goto('about:blank')
    await page.goto(link)
    await page.waitForSelector('#panel')
    t.equal(await page.locator('.risk .exact').textContent(), risk, 'a link shows what its sender saw')
    await finish(t, { page, watched })
  })

  t.test('one model by itself', async t => {
    const { page, watched } = await open()
    await page.locator('#subject').selectOption('recommend')
    await page.getByRole('heading', { name: 'Risk of leaving' }).waitFor({ state: 'detached' })
    t.equal(await page.locator('.answer').count(), 1)
    await page.locator('.waterfall tbody tr').nth(2).waitFor()
    await page.locator('pre', { hasText: 'models/recommend/predict' }).waitFor()
    await finish(t, { page, watched })
  })

  t.test('a file', async t => {
    const { page, watched } = await open('/#tab=file')
    await page.getByRole('button', { name: 'Use sample rows' }).click()
    await page.locator('#worst').waitFor()
    t.match(await page.getByRole('status').first().textContent(), /samples.csv: Rows scored: \d+/)
    await page.setInputFiles('input[type=file]', {
      name: 'customers.csv', mimeType: 'text/csv',
      buffer: Buffer.from('monthly_spend,complaint_count,plan_type\n65000,2,Prepaid\n200000,0,Postpaid\nx,1,Prepaid\n')
    })
    await page.getByText('customers.csv: Rows scored: 2').waitFor()
    await page.getByText('Rows refused: 1').waitFor()
    t.match(await page.locator('section[aria-labelledby=worst] tbody tr').first().textContent(), /^1/)
    await page.locator('.factors li').first().waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()
    ])
    t.equal(download.suggestedFilename(), 'customers.scored.csv')
    const [header, first] = readFileSync(await download.path(), 'utf8').split('\n')
    t.match(header, /^monthly_spend,complaint_count,plan_type,offer_name,confidence,risk_score,risk_category/)
    const row = { monthly_spend: 65000, complaint_count: 2, plan_type: 'Prepaid' }
    t.equal(first.split(',')[5], String(churn.predict(row).probabilities?.[1]))
    await page.locator('section[aria-labelledby=distribution] summary').click()
    await page.setInputFiles('input[type=file]', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') })
    await page.getByText("none of the model's columns").waitFor()
    await page.getByRole('button', { name: 'Use sample rows' }).click()
    await page.getByRole('button', { name: 'Open row' }).first().click()
    await page.locator('.risk .exact').waitFor()
    await until(page, '!location.hash.includes("tab=file")')
    await finish(t, { page, watched })
  })

  t.test('models: provenance, proof, and trees', async t => {
    const { page, watched } = await open(`/#tab=models&model=churn&${hashOf(CUSTOMER)}`)
    await page.getByText('StandardScaler, RandomForestClassifier').waitFor()
    await page.getByRole('button', { name: 'Run it here' }).click()
    await page.getByText(/All 24 golden rows gave the same bits/).waitFor()
    t.equal(await page.locator('section[aria-labelledby=importances] tbody tr').count(), 6)
    t.equal(await page.locator('section[aria-labelledby=model-inputs] tbody tr').count(), 10)
    await page.locator('#depth').fill('8')
    await page.locator('#tree').fill('100')
    await page.locator('.path li', { hasText: 'Leaf' }).waitFor()
    const lit = await page.locator('.node.lit').count()
    t.equal(await page.locator('.path li').count(), lit, 'the way in words is the way that is lit')
    await page.locator('#model').selectOption('recommend')
    await page.getByText('60 trees, 50,242 nodes').waitFor()
    await finish(t, { page, watched })
  })

  t.test('by keys alone', async t => {
    const { page, watched } = await open()
    await page.keyboard.press('Tab')
    t.equal(await focused(page), 'Skip to the content')
    await page.keyboard.press('Enter')
    t.equal(await page.evaluate('document.activeElement.id'), 'content')
    await page.reload()
    await page.waitForSelector('#panel')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    t.equal(await focused(page), 'Try it')
    for (const [key, name] of [['ArrowRight', 'Score a file'], ['ArrowRight', 'Models'], ['ArrowRight', 'Try it'], ['End', 'Models'], ['Home', 'Try it']]) {
      await page.keyboard.press(key)
      t.equal(await focused(page), name, key)
      await page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor()
    }
    const reached = new Set<string>()
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      reached.add(await page.evaluate<string>(
        'document.activeElement.outerHTML.replace(/ (?:aria-valuetext|value|style)="[^"]*"/g, "").slice(0, 200)'))
    }
    const all = await page.locator('button:visible:not([tabindex="-1"]), select:visible, input:visible:not([type=radio]), summary:visible, a:visible').count()
    t.ok(reached.size >= all, `${reached.size} of at least ${all} controls are reached`)
    await finish(t, { page, watched })
  })

  t.test('Indonesian, as the browser asks or as one chooses', async t => {
    const { page, watched } = await open('/', WIDE, { locale: 'id-ID' })
    t.equal(await page.evaluate('document.documentElement.lang'), 'id')
    await page.getByText('Risiko berhenti').first().waitFor()
    await page.getByLabel('Bahasa').selectOption('en')
    await page.getByText('Risk of leaving').first().waitFor()
    await until(page, 'location.hash.includes("lang=en")')
    await finish(t, { page, watched })
  })

  for (const [name, viewport] of [['wide', WIDE], ['narrow', NARROW]] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      t.test(`every tab, ${name} and ${colorScheme}`, async t => {
        const { page, watched } = await open(`/#${hashOf(CUSTOMER)}`, viewport, { colorScheme })
        const keep = async (tab: string) => keepScreenshot(page, `page-${tab}-${name}-${colorScheme}.png`)
        await page.locator('.changes li').first().waitFor()
        await page.getByText('All steps are drawn').waitFor()
        await keep('try')
        await expectFits(t, page, 'try')
        await page.getByRole('tab', { name: 'Score a file' }).click()
        await page.getByRole('button', { name: 'Use sample rows' }).click()
        await page.locator('.factors li').first().waitFor()
        await keep('file')
        await expectFits(t, page, 'file')
        await page.getByRole('tab', { name: 'Models' }).click()
        await page.locator('.node.lit').first().waitFor()
        await keep('models')
        await expectFits(t, page, 'models')
        await finish(t, { page, watched })
      })
    }
  }
})

t.test('under a prefix, with models above the limit', { skip }, async t => {
  const browser = await openBrowser(t)
  const { port } = await startListening(t, { PATH_PREFIX: '/deep/ml', PAGE_MODEL_BYTES: '700000' })
  const origin = `http://127.0.0.1:${port}`
  const opened = await openPage(browser, `${origin}/deep/ml#${hashOf(CUSTOMER)}`, WIDE, {})
  const { page, watched } = opened
  t.equal(await page.locator('.risk .exact').textContent(), `Exactly ${churn.predict(CUSTOMER).probabilities?.[1]}`)
  const { probabilities = [] } = offers.predict(CUSTOMER)
  await page.getByText(`Exactly ${Math.max(...probabilities)}`).waitFor()
  t.ok(watched.asked.includes('/deep/ml/models/recommend/predict'), 'the service answers for the large one')
  t.notOk(watched.asked.some(path => path.includes('page/models/recommend')))
  await page.locator('section[aria-labelledby=why] label', { hasText: 'The offer' }).click()
  await page.getByText('is not explained here').waitFor()
  await page.locator('.changes li').first().waitFor()
  await page.getByRole('tab', { name: 'Score a file' }).click()
  await page.getByRole('button', { name: 'Use sample rows' }).click()
  await page.locator('.factors li').first().waitFor()
  for (const path of watched.asked) t.ok(path.startsWith('/deep/ml'), path)
  t.match(await page.locator('header a').getAttribute('href'), 'docs/')
  await finish(t, opened)
})

/** Opens the page and waits until it answers. */
async function openPage(browser: Browser, url: string, viewport: typeof WIDE, options: object): Promise<Opened> {
  const context = await browser.newContext({ viewport, locale: 'en-GB', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const watched = watchPage(page, new URL(url).origin)
  await page.goto(url)
  await page.waitForSelector('#panel')
  return { page, watched }
}

/** What holds at the end of every test. */
async function finish(t: Test, { page, watched }: Opened): Promise<void> {
  await expectNoViolations(t, page)
  t.strictSame(watched.complaints, [], 'the console is silent')
  t.strictSame(watched.asked.filter(path => !path.startsWith('/')), ['about:blank'].filter(path => watched.asked.includes(path)), 'no other host is asked')
  await page.context().close()
}

async function expectNoViolations(t: Test, page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`)
  t.strictSame(violations, [], 'axe finds nothing')
}

async function expectRisk(t: Test, page: Page, row: Record<string, unknown>): Promise<void> {
  const expected = `Exactly ${churn.predict(row).probabilities?.[1]}`
  await until(page, `document.querySelector('.risk .exact')?.textContent === ${JSON.stringify(expected)}`)
  t.pass(expected)
}

/** Nothing sticks out at the side. */
async function expectFits(t: Test, page: Page, tab: string): Promise<void> {
  const [content, window] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]')
  t.ok(content <= window, `${tab}: ${content} of ${window} pixels`)
  await expectNoViolations(t, page)
}

/** Waits for an expression: Playwright's own way has the page evaluate text, which its policy forbids. */
async function until(page: Page, expression: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await page.evaluate(expression) === true) return
    await sleep(50)
  }
  throw new Error(`it never held: ${expression}`)
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent')
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (screenshots === undefined || !SHOWN.includes(name)) return
  const folder = join(PACKAGE_ROOT, screenshots)
  mkdirSync(folder, { recursive: true })
  await page.evaluate('scrollTo(0, 0)')
  const { width, height } = page.viewportSize() ?? WIDE
  // A little less than usual: they have to be small.
  await page.setViewportSize({ width: Math.min(width, 1280), height: Math.min(height, 800) })
  await sleep(500)
  await page.screenshot({ path: join(folder, name) })
  await page.setViewportSize({ width, height })
}
