/** A real browser, which tests use where the machine has one. */
import { spawnSync } from 'node:child_process'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Test } from 'tap'

/** The command of Chromium on this machine; undefined when there is none. */
export function findChromium(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(name =>
    spawnSync(name, ['--version'], { timeout: 60_000 }).status === 0)
}

/** Starts the browser, and closes it after the test. */
export async function openBrowser(t: Test): Promise<Browser> {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${findChromium() ?? 'false'}`], { encoding: 'utf8' })
  const browser = await chromium.launch({
    executablePath: stdout.trim(), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
  })
  t.teardown(() => browser.close())
  return browser
}

/** What a page must not do, as it does it. */
export interface Watched {
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly complaints: string[]
  /** Addresses that were asked, without their host; those of other hosts with it. */
  readonly asked: string[]
  /** Bytes that came of each, compressed as they were. */
  readonly received: Map<string, number>
}

/** @param origin of the only host that may be asked */
export function watchPage(page: Page, origin: string): Watched {
  const watched: Watched = { complaints: [], asked: [], received: new Map() }
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text())
  })
  page.on('pageerror', error => watched.complaints.push(error.message))
  page.on('request', request => {
    const url = request.url()
    if (!url.startsWith('blob:')) watched.asked.push(url.startsWith(`${origin}/`) ? url.slice(origin.length) : url)
  })
  page.on('requestfinished', request => {
    void request.sizes().then(({ responseBodySize, responseHeadersSize }) => {
      watched.received.set(request.url().slice(origin.length), responseBodySize + responseHeadersSize)
    }, () => {})
  })
  return watched
}
