import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, rowOf, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

// One person's first hour: each test goes on where the one before it ended.
const { url, killApi } = await useInstallation()
const tab = await openTab(await useBrowser(), url)

test('says what is wrong with a sign-in, and lets in who is right', async () => {
  const { page } = tab
  await page.getByRole('textbox', { name: 'Username' }).fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await signInOn(tab, 'admin', adminPassword)
  await page.getByRole('heading', { name: 'Create your first workspace' }).waitFor()
  tab.complaints.length = 0
})

test('makes the first workspace, which is empty and says so, on simulated hosts and says so', async () => {
  const { page } = tab
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Research')
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await page.getByRole('heading', { name: 'No virtual machines yet' }).waitFor()
  await page.getByText('Simulated hosts.').waitFor()
  await untilLive(tab)
})

test('refuses a wrong subnet beside its field, and creates a network', async () => {
  const { page } = tab
  await page.getByRole('link', { name: 'Networks' }).click()
  await page.getByRole('button', { name: 'Create network' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('backend')
  await dialog.getByRole('textbox', { name: 'Subnet' }).fill('127.0.0.0/24')
  await dialog.getByRole('button', { name: 'Create network' }).click()
  await dialog.getByText('Guests cannot use addresses of').waitFor()
  await dialog.getByRole('textbox', { name: 'Subnet' }).fill('10.20.0.0/24')
  await dialog.getByRole('button', { name: 'Create network' }).click()
  await rowOf(tab, 'backend').getByText('Ready').waitFor()
})

test('shows what is wrong with a VM beside its fields: by our rules, and by those of the server', async () => {
  const { page } = tab
  await page.getByRole('link', { name: 'Virtual machines' }).click()
  await page.getByRole('link', { name: 'Create VM' }).click()
  await page.getByRole('textbox', { name: 'SSH public keys' }).fill('not a key')
  await page.getByRole('button', { name: 'Create VM' }).click()
  await page.getByText('A name has 1 to 63 characters.').waitFor()
  await page.getByText('Line 1: This is not a public SSH key.').waitFor()
  assert.equal(tab.operations.includes('CreateVm'), false, 'nothing was sent')

  await page.getByRole('textbox', { name: 'SSH public keys' }).fill('')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('web-1')
  await page.getByRole('radio', { name: 'Simulated guest', exact: true }).click()
  await page.getByPlaceholder('Choose a network').click()
  await page.getByRole('option', { name: /backend/ }).click()
  await page.getByLabel('Address of interface 1').fill('10.99.0.7')
  await page.getByRole('button', { name: 'Create VM' }).click()
  await page.getByText('The network has no subnet with this address, only 10.20.0.0/24.').waitFor()
  await page.getByLabel('Address of interface 1').fill('10.20.0.7')
})

test('creates the VM and watches it come up with its steps, asking for nothing', async () => {
  const { page } = tab
  await page.getByRole('button', { name: 'Create VM' }).click()
  await page.getByRole('heading', { name: 'web-1', level: 1 }).waitFor()
  await page.getByText('Up', { exact: true }).first().waitFor()
  await page.getByText('10.20.0.7/24').waitFor()
  const afterCreation = tab.operations.slice(tab.operations.lastIndexOf('CreateVm') + 1)
  // The page's own list of tasks is the one thing that had not been read yet.
  assert.deepEqual(afterCreation.filter((name) => name !== 'VmTasks'), [])
  await page.getByRole('button', { name: /Done Create VM/ }).click()
  await page.getByRole('list', { name: 'Steps' }).first().waitFor()
})

test('follows what others do without a single query: a VM is made, goes down and is deleted', async () => {
  const { page } = tab
  await page.getByRole('link', { name: 'Virtual machines' }).first().click()
  await rowOf(tab, 'web-1').getByText('Up').waitFor()
  await untilLive(tab)
  const asked = tab.operations.length

  const token = await signInAs(url, 'admin', adminPassword)
  const { workspaces, templates } = await askAs<{ workspaces: { edges: { node: { id: string } }[] }; templates: { edges: { node: { id: string } }[] } }>(url, token, '{ workspaces { edges { node { id } } } templates { edges { node { id } } } }')
  const input = { workspaceId: workspaces.edges[0]!.node.id, templateId: templates.edges[0]!.node.id, name: 'from-elsewhere' }
  const { createVm } = await askAs<{ createVm: { vm: { id: string } } }>(url, token, 'mutation ($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { vm { id } } ... on UserError { message } } }', { input })
  await rowOf(tab, 'from-elsewhere').getByText('Up').waitFor()
  const about = { input: { vmId: createVm.vm.id } }
  await askAs(url, token, 'mutation ($input: StopVmInput!) { stopVm(input: $input) { __typename } }', about)
  await rowOf(tab, 'from-elsewhere').getByText('Down').waitFor()
  await askAs(url, token, 'mutation ($input: DeleteVmInput!) { deleteVm(input: $input) { __typename } }', about)
  await rowOf(tab, 'from-elsewhere').waitFor({ state: 'detached' })
  assert.deepEqual(tab.operations.slice(asked), [])
})

test('goes on by itself when the server was killed: nothing is missed, and nothing is asked anew', async () => {
  await rowOf(tab, 'web-1').getByText('Up').waitFor()
  const asked = tab.operations.length
  const before = await signInAs(url, 'admin', adminPassword)
  const { vms } = await askAs<{ vms: { edges: { node: { id: string } }[] } }>(url, before, '{ vms { edges { node { id } } } }')
  const about = { input: { vmId: vms.edges[0]!.node.id } }
  await killApi()
  const token = await signInAs(url, 'admin', adminPassword)
  await askAs(url, token, 'mutation ($input: StopVmInput!) { stopVm(input: $input) { __typename } }', about)
  await rowOf(tab, 'web-1').getByText('Down').waitFor()
  await untilLive(tab)
  await askAs(url, token, 'mutation ($input: StartVmInput!) { startVm(input: $input) { __typename } }', about)
  await rowOf(tab, 'web-1').getByText('Up').waitFor()
  assert.deepEqual(tab.operations.slice(asked), [])
  // The browser tells of the sockets that could not be opened meanwhile.
  tab.complaints = tab.complaints.filter((text) => !text.includes('WebSocket connection'))
})

test('says why a button is disabled', async () => {
  const { page } = tab
  await rowOf(tab, 'web-1').getByRole('button', { name: 'Actions of web-1' }).click()
  const start = page.getByRole('menuitem', { name: 'Start', exact: true })
  assert.equal(await start.getAttribute('aria-disabled'), 'true')
  await start.hover()
  await page.getByText('The VM is already running.').waitFor()
  await page.keyboard.press('Escape')
})

test('deletes only what is named', async () => {
  const { page } = tab
  await rowOf(tab, 'web-1').getByRole('link', { name: 'web-1' }).click()
  await page.getByRole('button', { name: 'Actions of web-1' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Delete VM' })
  await dialog.getByLabel(/Type web-1/).fill('web')
  assert.equal(await confirm.isDisabled(), true)
  await dialog.getByLabel(/Type web-1/).fill('web-1')
  await confirm.click()
  await page.getByRole('heading', { name: 'This VM is gone' }).waitFor()
  await page.getByRole('link', { name: 'All virtual machines' }).click()
  await page.getByRole('heading', { name: 'No virtual machines yet' }).waitFor()
})

test('stays signed in over a reload, and nothing complained', async () => {
  await tab.page.reload()
  await tab.page.getByRole('heading', { name: 'No virtual machines yet' }).waitFor()
  assertNoComplaints(tab)
})
