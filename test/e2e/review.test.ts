// A frozen host on the dashboard: an operator looks at where it differs from the books, and takes it as it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../server/model/id.ts'
import { assertNoComplaints, openTab, rowOf, show, signInOn, untilLive, useBrowser } from '../support/browser.ts'
import { adminPassword, askAs, signInAs, useInstallation } from '../support/installation.ts'
import { until } from '../support/until.ts'

const { url, db } = await useInstallation()
const browser = await useBrowser()
const [hosts, tasks] = [await openTab(browser, url), await openTab(browser, url)]
const { page } = hosts
const dialog = page.getByRole('dialog')
const em = db.em.fork()
const phaseOf = async (name: string) => (await em.execute<{ phase: string }[]>('select phase from vm where name = ?', [name]))[0]?.phase
let hostName = ''
let stopped = ''
const token = await signInAs(url, 'admin', adminPassword)
const ask = <Data>(query: string, variables?: object) => askAs<Data>(url, token, query, variables)

test('a frozen host says so, and work on it waits', async () => {
  const { createWorkspace: { workspace: { id: workspaceId } } } = await ask<{ createWorkspace: { workspace: { id: string } } }>('mutation { createWorkspace(input: { name: "Research" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
  const { templates } = await ask<{ templates: { edges: { node: { id: string } }[] } }>('{ templates(first: 1) { edges { node { id } } } }')
  for (const name of ['web-1', 'web-2', 'web-3', 'web-4']) await ask('mutation ($input: CreateVmInput!) { createVm(input: $input) { __typename } }', { input: { workspaceId, name, templateId: templates.edges[0]!.node.id } })
  await until('the VMs to stand', async () => (await em.execute<object[]>("select from vm where phase = 'ready'")).length === 4)
  // Four VMs on three hosts: two of them are on one. Its books are as from before one was replaced by another VM.
  const [host] = await em.execute<{ id: string; name: string }[]>('select host.id, host.name from host join vm on vm.host_id = host.id group by host.id, host.name having count(*) > 1')
  hostName = host!.name
  const [waiting, missing] = await em.execute<{ id: string; name: string }[]>('select id, name from vm where host_id = ? order by name', [host!.id])
  await em.execute("update vm set name = 'lost', domain_uuid = ? where id = ?", [newId(), missing!.id])
  await em.execute("update host set frozen_reason = 'The database was restored from a backup.', frozen_at = now() where id = ?", [host!.id])
  await until('a worker to look at it', async () => (await em.execute<object[]>('select from host_inventory where host_id = ?', [host!.id])).length === 1)

  await signInOn(tasks, 'admin', adminPassword)
  await tasks.page.getByRole('link', { name: 'Tasks' }).click()
  await untilLive(tasks)
  await tasks.page.locator('input[aria-label="Which tasks"]').click()
  await tasks.page.getByRole('option', { name: 'Running' }).click()
  const { vms } = await ask<{ vms: { edges: { node: { id: string; name: string } }[] } }>('{ vms(first: 4) { edges { node { id name } } } }')
  stopped = waiting!.name
  await ask('mutation ($input: StopVmInput!) { stopVm(input: $input) { __typename } }', { input: { vmId: vms.edges.find(({ node }) => node.name === stopped)!.node.id } })
  await tasks.page.getByRole('button', { name: `Force off VM ${stopped}` }).waitFor()
  await signInOn(hosts, 'admin', adminPassword)
  await page.getByRole('link', { name: 'Hosts' }).click()
  await page.getByRole('button', { name: `Review ${hostName}` }).waitFor()
  await show(hosts, 'frozen')
})

test('a VM of a host that cannot let it go is not offered to move, and the page says why', async () => {
  await page.getByRole('link', { name: hostName, exact: true }).click()
  const move = page.getByRole('button', { name: `Move ${stopped} elsewhere` })
  await move.hover()
  await page.getByRole('tooltip').getByText(`Host ${hostName}, which the VM is on, waits for a review.`).waitFor()
  await show(hosts, 'frozen-host')
  await move.click({ force: true })
  assert.equal(await dialog.count(), 0)
  await page.getByRole('link', { name: 'Hosts' }).first().click()
  await page.getByRole('button', { name: `Review ${hostName}` }).waitFor()
})

test('the review lists the differences and what it would do', async () => {
  await page.getByRole('button', { name: `Review ${hostName}` }).click()
  await dialog.getByText('The books have lost, the host has not.').first().waitFor()
  await dialog.getByText(/The host has a VM of generation 1/).first().waitFor()
  await dialog.getByRole('list', { name: 'What the review does' }).getByText(/Mark the VM lost as failed/).waitFor()
  await show(hosts, 'review')
})

test('what changed meanwhile is shown before anything is done, and then exactly what was shown is done', async () => {
  await em.execute("update vm set name = 'lost-too' where name = 'lost'")
  const confirm = dialog.getByRole('button', { name: 'Take the host as it is' })
  await confirm.click()
  await dialog.getByText('The host or the books have changed meanwhile: nothing was done').waitFor()
  await dialog.getByText('The books have lost-too, the host has not.').first().waitFor()
  assert.equal(await phaseOf('lost-too'), 'ready')
  await show(hosts, 'review-changed')
  await confirm.click()
  await dialog.getByText(/is in service again/).waitFor()
  await show(hosts, 'reviewed')
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  assert.equal(await phaseOf('lost-too'), 'failed')
})

test('the freeze is gone from the page, and the work that waited is done and leaves the list of running tasks', async () => {
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await tasks.page.getByRole('button', { name: `Force off VM ${stopped}` }).waitFor({ state: 'detached' })
  await tasks.page.getByRole('heading', { name: 'No such tasks' }).waitFor()
  await tasks.page.getByRole('link', { name: 'Virtual machines' }).click()
  await rowOf(tasks, stopped).getByText('Down').waitFor()
  for (const tab of [hosts, tasks]) assertNoComplaints(tab)
})
