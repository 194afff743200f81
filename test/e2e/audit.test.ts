// Who did what, on the dashboard: the tasks of a workspace and its audit, each narrowed by the server, and the audit of all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, rowOf, show, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import type { Tab } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'
import { until } from '../support/until.ts'

const { url } = await useInstallation()
const browser = await useBrowser()
const [admin, bert] = [await openTab(browser, url), await openTab(browser, url)]
const password = 'a password of some length'

interface Answer { __typename: string; workspace?: { id: string }; task?: { id: string } | null }
const mutate = async (token: string | undefined, name: string, input: object): Promise<Answer> => {
  const typeName = name[0]!.toUpperCase() + name.slice(1)
  const shown = { createWorkspace: 'workspace { id }', createVm: 'task { id }', stopVm: 'task { id }' }[name]
  const { answer } = await askAs<{ answer: Answer }>(url, token, `mutation ($input: ${typeName}Input!) { answer: ${name}(input: $input) { __typename ${shown ? `... on ${typeName}Payload { ${shown} }` : ''} } }`, { input })
  return answer
}
const adminToken = await signInAs(url, 'admin', adminPassword)
await mutate(undefined, 'signUp', { username: 'bert', password, email: 'bert@example.org' })
const bertToken = await signInAs(url, 'bert', password)
const workspaceId = (await mutate(adminToken, 'createWorkspace', { name: 'Research' })).workspace!.id
await mutate(adminToken, 'addMember', { workspaceId, username: 'bert', permissions: ['vm:add'] })
const { templates } = await askAs<{ templates: { edges: { node: { id: string } }[] } }>(url, adminToken, '{ templates(first: 1) { edges { node { id } } } }')

/** Makes a VM and resolves when its task is done. */
async function createVm(token: string, name: string): Promise<void> {
  const { task } = await mutate(token, 'createVm', { workspaceId, name, templateId: templates.edges[0]!.node.id })
  await until(`${name} to stand`, async () => (await askAs<{ task: { state: string } }>(url, token, 'query ($id: ID!) { task(id: $id) { state } }', { id: task!.id })).task.state === 'DONE')
}
await createVm(adminToken, 'web-1')
await createVm(bertToken, 'db-1')

async function choose({ page }: Tab, filter: string, choice: string): Promise<void> {
  await page.locator(`input[aria-label="${filter}"]`).click()
  await page.getByRole('option', { name: choice, exact: true }).click()
}
const taskOn = ({ page }: Tab, name: string) => page.getByRole('button', { expanded: false }).filter({ hasText: name })

test('the tasks say who asked, and are narrowed by who, what and how far', async () => {
  const { page } = admin
  await signInOn(admin, 'admin', adminPassword)
  await page.getByRole('link', { name: 'Tasks' }).click()
  await taskOn(admin, 'db-1').getByText('bert').waitFor()
  await taskOn(admin, 'web-1').getByText('admin').waitFor()
  await untilLive(admin)
  await show(admin, 'tasks')
  await choose(admin, 'Who', 'bert')
  await taskOn(admin, 'web-1').waitFor({ state: 'detached' })
  await taskOn(admin, 'db-1').waitFor()
  await choose(admin, 'What', 'Delete VM')
  await page.getByRole('heading', { name: 'No such tasks' }).waitFor()
  await show(admin, 'tasks-none')
  await choose(admin, 'Who', 'Everybody')
  await choose(admin, 'What', 'Create VM')
  await choose(admin, 'Which tasks', 'Needs a person')
  await page.getByRole('heading', { name: 'No such tasks' }).waitFor()
})

test('a narrowed list stays live: what comes to belong on it comes, what does not stays away', async () => {
  await choose(admin, 'Which tasks', 'Finished')
  await choose(admin, 'Who', 'bert')
  await taskOn(admin, 'db-1').waitFor()
  const asked = admin.operations.filter((name) => name === 'Tasks').length
  await createVm(adminToken, 'web-2')
  await createVm(bertToken, 'db-2')
  await taskOn(admin, 'db-2').waitFor()
  assert.equal(await taskOn(admin, 'web-2').count(), 0)
  assert.equal(admin.operations.filter((name) => name === 'Tasks').length, asked, 'it came with the stream, nothing was asked for')
  await choose(admin, 'Who', 'Everybody')
  await taskOn(admin, 'web-2').waitFor()
})

test('the audit tells what was done and what was refused, with the reason', async () => {
  await assert.rejects(mutate(bertToken, 'updateWorkspace', { workspaceId, name: 'Taken over' }), /workspace:edit/)
  const { page } = admin
  await page.getByRole('link', { name: 'Audit', exact: true }).click()
  const refusal = rowOf(admin, 'FORBIDDEN')
  await refusal.getByText('bert').waitFor()
  await refusal.getByText(/needs the permission workspace:edit/).waitFor()
  await rowOf(admin, 'web-1').getByText('Allowed').waitFor()
  await rowOf(admin, 'Add member').waitFor()
  await show(admin, 'audit')
  await choose(admin, 'Outcome', 'Refused')
  await rowOf(admin, 'Add member').waitFor({ state: 'detached' })
  await until('the head and the one refusal', async () => await page.getByRole('row').count() === 2)
  await page.getByRole('button', { name: 'Rename workspace' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('"name": "Taken over"').waitFor()
  await dialog.getByText(/needs the permission workspace:edit/).waitFor()
  await show(admin, 'audit-entry')
  await page.keyboard.press('Escape')
  await choose(admin, 'Outcome', 'Allowed and refused')
  await choose(admin, 'What', 'Create VM')
  await choose(admin, 'Who', 'bert')
  await rowOf(admin, 'db-2').waitFor()
  await until('the head and two entries', async () => await page.getByRole('row').count() === 3)
})

test('older entries come page by page, and newer ones when one reads again', async () => {
  const { page } = admin
  for (let round = 0; round < 60; round++) await mutate(adminToken, 'updateWorkspace', { workspaceId, name: `Research ${round}` })
  await choose(admin, 'Who', 'Everybody')
  await choose(admin, 'What', 'Rename workspace')
  const rows = () => page.getByRole('table', { name: 'Audit' }).getAttribute('aria-rowcount').then(Number)
  await until('a page of entries', async () => await rows() === 51)
  await page.getByRole('button', { name: 'Show older entries' }).click()
  await until('all entries', async () => await rows() === 62)
  await page.getByRole('button', { name: 'Show older entries' }).waitFor({ state: 'detached' })
  await choose(admin, 'What', 'Everything')
  await mutate(adminToken, 'addMember', { workspaceId, username: 'nobody', role: 'VIEWER' })
  await page.getByRole('button', { name: 'Read again' }).click()
  await rowOf(admin, 'NOT_FOUND').waitFor()
})

test('who may not read the audit has no way to it, and the page says why', async () => {
  const { page } = bert
  await signInOn(bert, 'bert', password)
  await page.getByRole('link', { name: 'Members' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Audit', exact: true }).count(), 0)
  await page.goto(`${url}/w/${workspaceId}/audit`)
  await page.getByText('This needs the permission user:edit in the workspace.').waitFor()
  await show(bert, 'audit-not-yours')
  assert.ok(!bert.operations.includes('AuditEntries'))
  await page.goto(`${url}/audit`)
  await page.getByText('This page is for superusers').waitFor()
  assert.ok(!bert.operations.includes('AuditEntries'))
  await page.goto(`${url}/areas`)
  await page.getByText('This page is for superusers').waitFor()
  await show(bert, 'for-superusers')
  assert.ok(!bert.operations.includes('Areas'))
})

test('superusers read the audit of everything', async () => {
  const { page } = admin
  await page.getByRole('link', { name: 'Full audit' }).click()
  await page.getByRole('heading', { name: 'Full audit' }).waitFor()
  await rowOf(admin, 'NOT_FOUND').waitFor()
  await show(admin, 'full-audit')
  await choose(admin, 'What', 'Sign up')
  await rowOf(admin, 'bert').waitFor()
  await page.locator('input[aria-label="Who"]').fill('adm')
  await page.getByRole('option', { name: 'admin', exact: true }).click()
  await page.getByRole('heading', { name: 'No such entries' }).waitFor()
  for (const tab of [admin, bert]) assertNoComplaints(tab)
})
