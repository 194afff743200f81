import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNoComplaints, openTab, signInOn, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'

// One newcomer's first visit: each test goes on where the one before it ended.
const { url } = await useInstallation()
const browser = await useBrowser()
const tab = await openTab(browser, url)
const { page } = tab
const password = 'a few words to remember'
const viewer = (token: string) => askAs<{ viewer: { username: string } }>(url, token, '{ viewer { username } }')

test('says beside each field what is wrong with an account, by our rules and by those of the server', async () => {
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByRole('heading', { name: 'Create your account' }).waitFor()
  await page.getByRole('textbox', { name: 'Username' }).fill('a b')
  await page.getByRole('textbox', { name: 'Email' }).fill('nobody')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('A username has letters from a to z').waitFor()
  await page.getByText('This is not an email address.').waitFor()
  await page.getByText('A password has 12 to 256 characters.').waitFor()
  assert.equal(tab.operations.includes('SignUp'), false, 'nothing was sent')
  await page.getByRole('textbox', { name: 'Username' }).fill('Admin')
  await page.getByRole('textbox', { name: 'Email' }).fill('grace@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Somebody has this username.').waitFor()
})

test('makes the account, signs it in, and leads to the first workspace', async () => {
  await page.getByRole('textbox', { name: 'Username' }).fill('grace')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Create your first workspace' }).waitFor()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Compilers')
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await page.getByRole('heading', { name: 'No virtual machines yet' }).waitFor()
})

let apiToken = ''

test('creates an API token that is shown once, and that works', async () => {
  await page.getByRole('button', { name: 'grace' }).click()
  await page.getByRole('menuitem', { name: 'Account and API tokens' }).click()
  await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await dialog.getByText('A name has 1 to 63 characters.').waitFor()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('backup script')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await dialog.getByRole('heading', { name: 'Copy your token now' }).waitFor()
  apiToken = (await dialog.locator('[data-secret]').textContent())!
  assert.match(apiToken, /^kld_[\w-]{43}$/)
  // A click beside it does not take it away.
  await page.mouse.click(5, 5)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByText('See in all your workspaces').waitFor()
  assert.equal((await page.content()).includes(apiToken), false)
  assert.equal((await viewer(apiToken)).viewer.username, 'grace')
})

test('revokes it, and it opens nothing any more', async () => {
  await page.getByRole('button', { name: 'Revoke backup script' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click()
  await page.getByText(/^Revoked/).waitFor()
  await assert.rejects(viewer(apiToken), /not good, was revoked/)
})

test('changes the password, and the email address', async () => {
  const change = async (current: string, next: string, again = next) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password', { exact: true }).fill(next)
    await page.getByLabel('New password again').fill(again)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await change(password, 'other words to remember', 'different')
  await page.getByText('The two are not the same.').waitFor()
  await change('not the password', 'other words to remember')
  await page.getByText('The current password is wrong.').waitFor()
  await change(password, 'other words to remember')
  await page.getByText('Your password was changed.').waitFor()
  await page.getByRole('textbox', { name: 'Email' }).fill('hopper@example.com')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Your email address was changed.').waitFor()
  const token = await signInAs(url, 'grace', 'other words to remember')
  assert.deepEqual(await askAs(url, token, '{ viewer { email } }'), { viewer: { email: 'hopper@example.com' } })
})

test('signs out everywhere: here, and in the other window', async () => {
  const other = await openTab(browser, url)
  await signInOn(other, 'grace', 'other words to remember')
  await other.page.getByRole('heading', { name: 'No virtual machines yet' }).waitFor()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('heading', { name: 'Sign in to Kloudak' }).waitFor()
  await other.page.getByRole('heading', { name: 'Sign in to Kloudak' }).waitFor()
})

test('shows no way to sign up once the operator has closed it', async () => {
  const admin = await signInAs(url, 'admin', adminPassword)
  await askAs(url, admin, 'mutation { updateInstallation(input: { signUpOpen: false }) { __typename } }')
  const late = await openTab(browser, url)
  await late.page.getByRole('heading', { name: 'Sign in to Kloudak' }).waitFor()
  await late.page.waitForLoadState('networkidle')
  assert.ok(late.operations.includes('Entrance'))
  assert.equal(await late.page.getByRole('button', { name: 'Create an account' }).count(), 0)
})

test('nothing complained', () => {
  // A browser calls every 401 an error: of these there are two, of the session that was ended.
  tab.complaints = tab.complaints.filter((text) => !text.includes('401') && !text.includes('WebSocket'))
  assertNoComplaints(tab)
})
