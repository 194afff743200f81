// The consoles of a guest that really runs, in a real browser: what is typed is answered, the screen draws, and both come
// back by themselves when the server was killed.
import { fileURLToPath } from 'node:url'
import { after, before, suite, test } from 'node:test'
import { buildDashboard } from '../../start/dashboard.ts'
import { openTab, signInOn, useBrowser } from '../support/browser.ts'
import type { Tab } from '../support/browser.ts'
import { adminPassword, startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { guestImage } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const password = 'typed by hand'
const patienceMs = 120_000
const browser = await useBrowser()

suite('consoles in the dashboard', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let tab: Tab
  let vmPage: string
  before(async () => {
    await buildDashboard(root, () => {})
    cloud = await startCloud({ lab: given.lab, image: await guestImage() })
    const { createVm } = await cloud.ask<{ createVm: { vm: { id: string } } }>('mutation($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { vm { id } } } }', {
      input: { workspaceId: cloud.workspaceId, name: 'seen', templateId: cloud.templates.linked, password, interfaces: [] },
    })
    vmPage = `${cloud.url}/w/${encodeURIComponent(cloud.workspaceId)}/vms/${encodeURIComponent(createVm.vm.id)}`
    tab = await openTab(browser, cloud.url)
    await signInOn(tab, 'admin', adminPassword)
  }, { timeout: 600_000 })
  after(async () => { await cloud.close() }, { timeout: 60_000 })

  const isOpen = () => tab.page.locator('[data-console=open]').waitFor({ timeout: patienceMs })
  const terminal = () => tab.page.locator('.xterm-rows').innerText()
  const shows = (pattern: RegExp) => until(`the terminal to show ${pattern}`, async () => pattern.test(await terminal()), patienceMs)
  /** What the screen shows, as something that can be compared. */
  const picture = () => tab.page.locator('canvas').first().evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())

  test('a command typed in the serial console is answered', async () => {
    await tab.page.goto(`${vmPage}?tab=serial`)
    await isOpen()
    await tab.page.locator('.xterm').click()
    // Enter brings the prompt again for one who came after it was shown.
    await until('the login prompt', async () => { await tab.page.keyboard.press('Enter'); return /login: *$/m.test(await terminal()) }, patienceMs)
    await tab.page.keyboard.type('root\n')
    await shows(/assword:/)
    await tab.page.keyboard.type(`${password}\n`)
    await shows(/root@seen/)
    await tab.page.keyboard.type('echo answer-$((6*7))\n')
    await shows(/answer-42/)
  })

  test('the screen draws what is typed', async () => {
    await tab.page.goto(`${vmPage}?tab=screen`)
    await isOpen()
    const before = await picture()
    await tab.page.locator('canvas').first().click()
    await until('the pixels to change', async () => { await tab.page.keyboard.type('root\n'); return (await picture()) !== before }, patienceMs)
  })

  test('both come back by themselves when the server was killed', async () => {
    await cloud.restartServer()
    await isOpen()
    const before = await picture()
    await tab.page.locator('canvas').first().click()
    await until('the pixels to change again', async () => { await tab.page.keyboard.type('again\n'); return (await picture()) !== before }, patienceMs)
    await tab.page.goto(`${vmPage}?tab=serial`)
    await isOpen()
    await tab.page.locator('.xterm').click()
    await until('the shell to answer', async () => { await tab.page.keyboard.type('echo again-$((6*7))\n'); return /again-42/.test(await terminal()) }, patienceMs)
  })
})
