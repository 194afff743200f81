import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { assertNoComplaints, openTab, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

// A VM is changed in the dashboard while it runs: each test goes on where the one before it ended.
const { url } = await useInstallation()
const token = await signInAs(url, 'admin', adminPassword)
const { createWorkspace } = await askAs<{ createWorkspace: { workspace: { id: string } } }>(url, token, 'mutation { createWorkspace(input: { name: "Research" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
for (const [name, cidr] of [['front', '10.20.0.0/24'], ['back', '10.21.0.0/24']]) {
  await askAs(url, token, 'mutation ($input: CreateNetworkInput!) { createNetwork(input: $input) { __typename } }', { input: { workspaceId: createWorkspace.workspace.id, name, subnets: [{ cidr }] } })
}
const tab = await openTab(await useBrowser(), url)
const { page } = tab
const interfaces = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Network interfaces' }) })

test('a key pair made with a VM is shown once, can be taken along, and is not lost by a slip', async () => {
  await signInOn(tab, 'admin', adminPassword)
  await untilLive(tab)
  await page.getByRole('link', { name: 'Create VM' }).first().click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('web-1')
  await page.getByLabel('Make a key pair for me').check()
  await page.getByRole('button', { name: 'Create VM' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It is shown this once').waitFor()
  const shown = await dialog.getByLabel('Private key', { exact: true }).innerText()
  assert.match(shown, /^-----BEGIN OPENSSH PRIVATE KEY-----/)
  await page.keyboard.press('Escape')
  await page.mouse.click(5, 5)
  await dialog.getByText('It is shown this once').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()])
  assert.equal(download.suggestedFilename(), 'web-1.key')
  assert.equal(readFileSync(await download.path(), 'utf8').trim(), shown.trim())
  await dialog.getByRole('button', { name: 'Go to the VM' }).click()
  await page.getByRole('heading', { name: 'web-1', level: 1 }).waitFor()
  await page.getByText('Up', { exact: true }).first().waitFor()
  await page.getByText('root@web-1').waitFor()
  await page.reload()
  await page.getByText('root@web-1').waitFor()
  assert.doesNotMatch(await page.content(), /PRIVATE KEY/)
})

test('a network is attached while the VM runs, with what is wrong said beside its field', async () => {
  await interfaces.getByText('front', { exact: true }).waitFor()
  await interfaces.getByRole('button', { name: 'Attach a network' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByPlaceholder('Choose a network').click()
  await page.getByRole('option', { name: /back/ }).click()
  await dialog.getByLabel('Address').fill('10.99.0.1')
  await dialog.getByRole('button', { name: 'Attach network' }).click()
  await dialog.getByText('The network has no subnet with this address, only 10.21.0.0/24.').waitFor()
  await dialog.getByLabel('Address').fill('10.21.0.9')
  await dialog.getByRole('button', { name: 'Attach network' }).click()
  await interfaces.getByText('10.21.0.9/24').waitFor()
  await interfaces.getByText('Set its address up inside the guest').waitFor()
})

test('it is detached after a question, and what the state does not allow says why', async () => {
  await interfaces.getByRole('button', { name: 'Detach back' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('gives back 10.21.0.9').waitFor()
  await dialog.getByRole('button', { name: 'Detach network' }).click()
  await interfaces.getByText('10.21.0.9/24').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Actions of web-1' }).click()
  await page.getByRole('menuitem', { name: 'Suspend' }).click()
  await page.getByText('Suspended', { exact: true }).first().waitFor()
  const attach = interfaces.getByRole('button', { name: 'Attach a network' })
  await attach.hover()
  await page.getByText('The VM is suspended: resume it first, or stop it.').waitFor()
  assert.equal(await attach.getAttribute('aria-disabled'), 'true')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Up', { exact: true }).first().waitFor()
})

test('name and description are changed, and a password is set in the guest', async () => {
  await page.getByRole('button', { name: 'Actions of web-1' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('A name has 1 to 63 characters.').waitFor()
  await dialog.getByLabel('Name').fill(`<b>web</b> & "co"`)
  await dialog.getByLabel('Description').fill('the shop window')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: `<b>web</b> & "co"`, level: 1 }).waitFor()
  // Not in the dialogue, which is still closing.
  await page.locator('#content').getByText('the shop window').waitFor()
  await page.getByRole('button', { name: /^Actions of/ }).click()
  await page.getByRole('menuitem', { name: 'Set password' }).click()
  await dialog.getByLabel('New password').fill('correct horse battery')
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await page.getByRole('button', { name: /Done Set password/ }).waitFor()
  assertNoComplaints(tab)
})
