import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, rowOf, signInOn, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

// An operator keeps the accounts: each test goes on where the one before it ended.
const { url } = await useInstallation()
const tab = await openTab(await useBrowser(), url)
const { page } = tab
const dialog = page.getByRole('dialog')
const actions = async (username: string, item: string) => {
  await page.getByRole('button', { name: `Actions of ${username}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}
const shown = async () => {
  const secret = (await dialog.locator('[data-secret]').textContent())!
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  return secret
}

test('makes an account whose password is shown once, and that is on the list', async () => {
  await askAs(url, await signInAs(url, 'admin', adminPassword), 'mutation { createWorkspace(input: { name: "Research" }) { __typename } }')
  await signInOn(tab, 'admin', adminPassword)
  await page.getByRole('link', { name: 'Users' }).click()
  await rowOf(tab, 'admin').getByText('You').waitFor()
  await page.getByRole('button', { name: 'Create user' }).click()
  await dialog.getByRole('textbox', { name: 'Username' }).fill('ada')
  await dialog.getByRole('textbox', { name: 'Email' }).fill('ada@example.com')
  await dialog.getByRole('button', { name: 'Create user' }).click()
  const password = await shown()
  await rowOf(tab, 'ada').getByText('ada@example.com').first().waitFor({ state: 'attached' })
  assert.ok(await signInAs(url, 'ada', password))
  assert.equal((await page.content()).includes(password), false)
})

test('resets a password, appoints a superuser, and disables and enables an account', async () => {
  await actions('ada', 'Reset password')
  await dialog.getByRole('button', { name: 'Reset password' }).click()
  const password = await shown()
  const token = await signInAs(url, 'ada', password)
  await actions('ada', 'Make a superuser')
  await rowOf(tab, 'ada').getByText('Superuser').waitFor()
  assert.deepEqual(await askAs(url, token, '{ viewer { superuser } }'), { viewer: { superuser: true } })
  await actions('ada', 'Disable')
  await dialog.getByRole('button', { name: 'Disable account' }).click()
  await rowOf(tab, 'ada').getByText('Disabled').waitFor()
  await assert.rejects(askAs(url, token, '{ viewer { id } }'), /The session has ended/)
  await actions('ada', 'Enable')
  await rowOf(tab, 'ada').getByText('Disabled').waitFor({ state: 'detached' })
})

test('finds accounts by a part of their name', async () => {
  await page.getByRole('textbox', { name: 'Search users' }).fill('EXAMPLE.com')
  await rowOf(tab, 'admin').waitFor({ state: 'detached' })
  await rowOf(tab, 'ada').waitFor()
  await page.getByRole('textbox', { name: 'Search users' }).fill('nobody at all')
  await page.getByRole('heading', { name: 'Nobody found' }).waitFor()
  await page.getByRole('textbox', { name: 'Search users' }).fill('')
  await rowOf(tab, 'admin').waitFor()
})

test('closes sign-up, and nothing complained', async () => {
  const isOpen = async () => (await askAs<{ installation: { signUpOpen: boolean } }>(url, undefined, '{ installation { signUpOpen } }')).installation.signUpOpen
  assert.equal(await isOpen(), true)
  const open = page.getByRole('switch', { name: 'Anybody may sign up' })
  await open.click()
  await page.locator('input[role=switch]:not(:checked):not(:disabled)').waitFor({ state: 'attached' })
  assert.equal(await isOpen(), false)
  assertNoComplaints(tab)
})
