// Two people in two browsers: one lets the other in, changes what they may do, renames the workspace and deletes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, rowOf, show, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

const { url } = await useInstallation()
const browser = await useBrowser()
const [admin, bert] = [await openTab(browser, url), await openTab(browser, url)]
const password = 'a password of some length'
for (const { page } of [admin, bert]) page.setDefaultTimeout(12_000)

test('an owner sees themselves as the one member, and why the last owner stays', async () => {
  await askAs(url, undefined, 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ... on UserError { message } } }', { input: { username: 'bert', password, email: 'bert@example.org' } })
  const { page } = admin
  await signInOn(admin, 'admin', adminPassword)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Research')
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await page.getByRole('link', { name: 'Members' }).click()
  await rowOf(admin, 'admin').getByText('Owner').waitFor()
  await untilLive(admin)
  await page.getByRole('button', { name: 'Actions of admin' }).click()
  const leave = page.getByRole('menuitem', { name: 'Leave' })
  assert.equal(await leave.getAttribute('aria-disabled'), 'true')
  await leave.hover()
  await page.getByText('This is the last owner of the workspace').waitFor()
  await page.keyboard.press('Escape')
})

test('lets somebody in by name, with a role changed box by box', async () => {
  const { page } = admin
  await page.getByRole('button', { name: 'Add member' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Username' }).fill('nobody')
  await dialog.getByRole('button', { name: 'Add member' }).click()
  await dialog.getByText('There is no user of this name.').waitFor()
  await dialog.getByRole('textbox', { name: 'Username' }).fill('bert')
  await dialog.getByText('Operator', { exact: true }).click()
  assert.equal(await dialog.getByRole('checkbox', { name: 'Open consoles' }).isChecked(), true)
  await show(admin, 'add')
  await dialog.getByRole('checkbox', { name: 'Open consoles' }).click()
  assert.equal(await dialog.getByRole('radio', { name: 'Custom' }).isChecked(), true)
  await dialog.getByRole('button', { name: 'Add member' }).click()
  await rowOf(admin, 'bert').getByText('Custom').waitFor()
  await show(admin, 'list')
})

test('the other one sees the workspace, and what they may not do says why', async () => {
  const { page } = bert
  await signInOn(bert, 'bert', password)
  await page.getByRole('link', { name: 'Members' }).click()
  await rowOf(bert, 'admin').waitFor()
  await untilLive(bert)
  const add = page.getByRole('button', { name: 'Add member' })
  assert.equal(await add.getAttribute('aria-disabled'), 'true')
  await add.hover()
  await page.getByText('This needs the permission user:add in the workspace.').first().waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  assert.equal(await page.getByRole('button', { name: 'Delete workspace' }).getAttribute('aria-disabled'), 'true')
})

test('a change of permissions is there at once for both', async () => {
  const { page } = admin
  await page.getByRole('button', { name: 'Actions of bert' }).click()
  await page.getByRole('menuitem', { name: 'Change permissions' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Owner', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await rowOf(admin, 'bert').getByText('Owner').waitFor()
  // Now that there is another one, the first could leave.
  await page.getByRole('button', { name: 'Actions of admin' }).click()
  await page.locator('[role=menuitem][aria-disabled=false]', { hasText: 'Leave' }).waitFor()
  await page.keyboard.press('Escape')
  await bert.page.locator('button:not([aria-disabled=true])', { hasText: 'Delete workspace' }).waitFor()
})

test('a new name is everywhere at once', async () => {
  const { page } = bert
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Laboratory')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('button', { name: 'Workspace Laboratory: switch' }).waitFor()
  await admin.page.getByRole('button', { name: 'Workspace Laboratory: switch' }).waitFor()
  await show(bert, 'settings')
})

test('deletes the workspace once all that goes was shown and its name typed, and both see it end', async () => {
  const token = await signInAs(url, 'admin', adminPassword)
  const { workspaces, templates } = await askAs<{ workspaces: { edges: { node: { id: string } }[] }; templates: { edges: { node: { id: string } }[] } }>(url, token, '{ workspaces { edges { node { id } } } templates { edges { node { id } } } }')
  for (const name of ['web-1', 'web-2', 'web-3']) {
    await askAs(url, token, 'mutation ($input: CreateVmInput!) { createVm(input: $input) { __typename ... on UserError { message } } }', { input: { workspaceId: workspaces.edges[0]!.node.id, templateId: templates.edges[0]!.node.id, name } })
  }
  const { page } = bert
  await page.getByRole('link', { name: 'Virtual machines' }).click()
  for (const name of ['web-1', 'web-2', 'web-3']) await rowOf(bert, name).getByText('Up').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Delete workspace' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('3 VMs are deleted: web-1, web-2, web-3.').waitFor()
  await dialog.getByText('2 members are removed: admin, bert.').waitFor()
  const confirm = dialog.getByRole('button', { name: 'Delete workspace' })
  assert.equal(await confirm.isDisabled(), true)
  await show(bert, 'delete')
  await dialog.getByLabel(/Type Laboratory/).fill('Laboratory')
  await confirm.click()
  await page.getByText('Laboratory is being deleted').waitFor()
  await show(bert, 'deleting')
  await page.getByRole('heading', { name: 'Laboratory is deleted' }).waitFor()
  await show(bert, 'deleted')
  await admin.page.getByRole('heading', { name: /is deleted|There is no such workspace/ }).waitFor()
  await page.getByRole('link', { name: 'Go to your workspaces' }).click()
  await page.getByRole('heading', { name: 'Create your first workspace' }).waitFor()
  for (const tab of [admin, bert]) assertNoComplaints(tab)
})
