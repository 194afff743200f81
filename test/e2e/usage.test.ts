// The quotas of a workspace on the dashboard: how full they are, live, and what a refusal looks like.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

const { url } = await useInstallation()
const token = await signInAs(url, 'admin', adminPassword)
const { createWorkspace: { workspace: { id: workspaceId } } } = await askAs<{ createWorkspace: { workspace: { id: string } } }>(url, token, 'mutation { createWorkspace(input: { name: "Research" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
const { templates } = await askAs<{ templates: { edges: { node: { id: string } }[] } }>(url, token, '{ templates(first: 1) { edges { node { id } } } }')
const setQuota = (limits: object[]) => askAs(url, token, 'mutation ($input: SetWorkspaceQuotaInput!) { setWorkspaceQuota(input: $input) { __typename } }', { input: { workspaceId, limits } })
const createVm = (name: string) => askAs(url, token, 'mutation ($input: CreateVmInput!) { createVm(input: $input) { __typename } }', { input: { workspaceId, name, templateId: templates.edges[0]!.node.id } })
await createVm('web-1')
const tab = await openTab(await useBrowser(), url)

const shows = (constant: string, text: string | RegExp) => tab.page.locator(`[data-quota=${constant}]`).filter({ hasText: text }).waitFor()
const picture = async (name: string) => { if (process.env.KLOUDAK_PICTURES) await tab.page.screenshot({ path: `${process.env.KLOUDAK_PICTURES}/${name}.png` }) }

test('a workspace without limits shows none beside its VMs', async () => {
  await signInOn(tab, 'admin', adminPassword)
  await tab.page.getByText('web-1').first().waitFor()
  await untilLive(tab)
  assert.equal(await tab.page.locator('[data-quota]').count(), 0)
})

test('limits and usage change by themselves', async () => {
  await setQuota([{ resource: 'VMS', limit: 3 }, { resource: 'MEMORY_BYTES', limit: 8 * 1024 ** 3 }, { resource: 'ADDRESSES', limit: 20 }])
  await shows('VMS', '1 of 3')
  await shows('ADDRESSES', '0 of 20')
  await createVm('web-2')
  await shows('VMS', '2 of 3')
  await picture('usage-1440-light')
  await createVm('web-3')
  await shows('VMS', '3 of 3')
  await tab.page.emulateMedia({ colorScheme: 'dark' })
  await picture('usage-1440-dark')
  await tab.page.setViewportSize({ width: 390, height: 844 })
  await picture('usage-390-dark')
  await tab.page.emulateMedia({ colorScheme: 'light' })
  await picture('usage-390-light')
  await tab.page.setViewportSize({ width: 1440, height: 900 })
})

test('a create beyond the quota is refused in its form, with the numbers', async () => {
  const { page } = tab
  await page.getByRole('link', { name: 'Create VM' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('web-4')
  await page.getByRole('button', { name: 'Remove interface 1' }).click()
  await page.getByRole('textbox', { name: 'SSH public keys' }).fill('')
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await page.getByRole('button', { name: 'Create VM' }).click()
  await page.getByText('quota of VMs is 3: 3 used, 1 more asked for.').waitFor()
  await picture('refused-1440-light')
  await setQuota([{ resource: 'VMS', limit: null }, { resource: 'VCPUS', limit: 3 }])
  await page.getByRole('button', { name: 'Create VM' }).click()
  await page.getByText(/quota of vCPUs is 3: 3 used, \d more asked for/).waitFor()
  assert.equal(await page.getByLabel('vCPUs').getAttribute('aria-invalid'), 'true')
})

test('the settings show all of it, also what has no limit', async () => {
  const { page } = tab
  await page.getByRole('link', { name: 'Settings' }).click()
  await shows('VCPUS', '3 of 3')
  await shows('ROUTERS', '0, no limit')
  assert.equal(await page.locator('[data-quota]').count(), 8)
  await picture('settings-1440-light')
  await page.setViewportSize({ width: 390, height: 844 })
  await picture('settings-390-light')
  assertNoComplaints(tab)
})
