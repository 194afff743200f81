// A browser on the dashboard, for tests: chromium of the system, without a window.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, afterEach } from 'node:test'
import type { TestContext } from 'node:test'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export interface Tab {
  page: Page
  /** The names of the operations that the page has sent over HTTP so far, in their order. */
  operations: string[]
  /** What went wrong on the page by its own account: exceptions, and errors in its console. */
  complaints: string[]
}

/** Starts the browser; it is closed when the file's tests have ended. */
export async function useBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: process.env.KLOUDAK_CHROMIUM ?? '/usr/bin/chromium', args })
  after(() => browser.close())
  return browser
}

/** A new window with no memory of others. The machine may be loaded: everything may take a while. */
export async function openTab(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: url, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const tab: Tab = { page, operations: [], complaints: [] }
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return
    const { query = '' } = (request.postDataJSON() ?? {}) as { query?: string }
    tab.operations.push(/(?:query|mutation) (\w+)/.exec(query)?.[1] ?? 'unnamed')
  })
  page.on('pageerror', (error) => { tab.complaints.push(error.message) })
  page.on('console', (message) => { if (message.type() === 'error') tab.complaints.push(message.text()) })
  // A locator that waited in vain does not say what was there instead.
  afterEach(async (context) => {
    if ((context as TestContext).passed || page.isClosed()) return
    console.error(`after "${context.name}" the page ${page.url()} showed\n${await page.locator('body').ariaSnapshot({ timeout: 5_000 }).catch(String)}\nand had sent ${tab.operations.slice(-8).join(', ')}; ${tab.complaints.join('; ')}`)
  })
  await page.goto(url)
  return tab
}

export async function signInOn({ page }: Tab, username: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Username' }).fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Sign in to Kloudak' }).waitFor({ state: 'detached' })
}

/** The row of a table that names this thing. */
export const rowOf = ({ page }: Tab, name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })

/** Waits until the stream of changes is there: from then on the page changes by itself. */
export async function untilLive({ page }: Tab): Promise<void> {
  await page.locator('[data-liveness=live]').first().waitFor({ state: 'attached' })
}

export function assertNoComplaints({ complaints }: Tab): void {
  assert.deepEqual(complaints, [])
}

/** For people who want to see it, wide and narrow, light and dark: `KLOUDAK_SCREENSHOTS=folder`. */
export async function show({ page }: Tab, name: string): Promise<void> {
  const folder = process.env.KLOUDAK_SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, animations: 'disabled' })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1440, height: 900 })
}
