import { test } from 'node:test'
import { assertNoComplaints, openTab, show, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

// Hosts and pools as an operator sees them, on simulated hosts: each test goes on where the one before it ended.
const { url } = await useInstallation()
const token = await signInAs(url, 'admin', adminPassword)
const { createWorkspace } = await askAs<{ createWorkspace: { workspace: { id: string } } }>(url, token, 'mutation { createWorkspace(input: { name: "Research" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
const { templates } = await askAs<{ templates: { edges: { node: { id: string } }[] } }>(url, token, '{ templates(first: 1) { edges { node { id } } } }')
const createVm = (name: string) => askAs(url, token, 'mutation ($input: CreateVmInput!) { createVm(input: $input) { __typename } }', { input: { workspaceId: createWorkspace.workspace.id, templateId: templates.edges[0]!.node.id, name, password: 'a long password' } })
for (const name of ['web-1', 'web-2', 'web-3']) await createVm(name)
const tab = await openTab(await useBrowser(), url)
const { page } = tab
const card = (title: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

test('a host shows what it is, what runs on it and what it does', async () => {
  await signInOn(tab, 'admin', adminPassword)
  await page.getByRole('link', { name: 'Hosts' }).click()
  await untilLive(tab)
  await page.getByRole('link', { name: 'simulated-1', exact: true }).click()
  await page.getByRole('heading', { name: 'simulated-1', level: 1 }).waitFor()
  await card('Virtual machines').getByText('Up', { exact: true }).first().waitFor()
  await card('Checklist').getByText('points are as they must be').waitFor()
  await card('Machine').getByText('Open vSwitch bridge, out by').first().waitFor()
  await card('Usage').getByRole('img', { name: 'Processors over time' }).locator('canvas').waitFor({ timeout: 60_000 })
  await show(tab, 'host')
})

test('place, labels and what it keeps for itself are changed, and a name that cannot be is refused at its field', async () => {
  const open = async () => {
    await page.getByRole('button', { name: 'Actions of simulated-1' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
  }
  await open()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('simulated-2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.locator('[aria-invalid=true]').waitFor()
  await dialog.getByLabel('Name', { exact: true }).fill('simulated-1')
  await dialog.getByLabel('Rack').fill('B7')
  await dialog.getByLabel('Labels').fill('ssd')
  await dialog.getByLabel('Labels').press('Enter')
  await dialog.getByLabel('Processors of its own').fill('2')
  await show(tab, 'host-edit')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  for (const text of ['B7', 'ssd', /, 2 of them its own/]) await card('About').getByText(text).waitFor()
  // What was left alone stays.
  await open()
  await dialog.getByLabel('Processors of its own').fill('0')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await card('About').getByText(/of them its own/).waitFor({ state: 'detached' })
  await card('About').getByText('ssd').waitFor()
})

test('a fence device is added and answers', async () => {
  await card('Fence devices').getByRole('button', { name: 'Add' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add device' }).click()
  await card('Fence devices').getByText('Not tried yet').waitFor()
  await card('Fence devices').getByRole('button', { name: 'Try it' }).click()
  await card('Fence devices').getByText('It said “on”').waitFor()
})

test('a drain shows its plan first, then moves the VMs, and the host returns to service', async () => {
  await page.getByRole('button', { name: 'Actions of simulated-1' }).click()
  await page.getByRole('menuitem', { name: 'Move its VMs elsewhere' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/The VM web-\d \(running\) moves to host simulated-\d/).first().waitFor()
  await dialog.getByRole('button', { name: 'Move them' }).click()
  await page.getByText('Maintenance', { exact: true }).waitFor()
  await card('Virtual machines').getByText('No VM is on this host.').waitFor()
  await page.getByText(/(\d) of \1 VMs? moved/).waitFor()
  await show(tab, 'host-drained')
  await page.getByRole('button', { name: 'Actions of simulated-1' }).click()
  await page.getByRole('menuitem', { name: 'Return to service' }).click()
  await page.getByRole('status').getByText('Up', { exact: true }).waitFor()
})

test('a machine is added: what the form lacks is said at its field, and the way in is shown', async () => {
  await page.getByRole('link', { name: 'Hosts' }).last().click()
  await page.getByRole('button', { name: 'Add host' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add host' }).click()
  await dialog.getByText('Say where the machine is.').waitFor()
  await dialog.getByLabel('Name', { exact: true }).fill('rack-1')
  // An address of this machine where nothing listens.
  await dialog.getByLabel('Address').fill('127.0.0.1')
  await dialog.getByLabel('Port').fill('9')
  await dialog.getByRole('button', { name: 'Add host' }).click()
  await page.getByRole('heading', { name: 'rack-1', level: 1 }).waitFor()
  await page.getByText('Let Kloudak in').waitFor()
  await page.getByText(/^ssh-ed25519 /).first().waitFor()
  await show(tab, 'host-enrolling')
})

test('pools show how full they are and how each host has them', async () => {
  await page.getByRole('link', { name: 'Pools' }).click()
  await page.getByText('have the same storage').waitFor()
  await page.getByRole('button', { name: 'Actions of pool-1' }).click()
  await page.getByRole('menuitem', { name: 'Take no new disks' }).click()
  await page.getByText('Takes no new disks', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Add pool' }).click()
  await page.getByRole('dialog').getByText('GlusterFS').click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('shared')
  await page.getByRole('dialog').getByRole('button', { name: 'Add pool' }).click()
  await page.getByRole('alert').or(page.getByRole('dialog').locator('[aria-invalid=true]')).first().waitFor()
  await show(tab, 'pools')
  assertNoComplaints(tab)
})
