// Workers die by kill -9 on both sides of every record of an attach and a detach, while the guest runs. Another worker
// carries on: the guest has exactly the cards of the books, no second one of a kind, and in the end nothing is left.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { vmAttach, vmDetach } from '../../jobs/contract/vm-interface.ts'
import type { Cloud } from '../support/cloud.ts'
import { assertCards, cardOn, done, hostInventory, mutate } from '../support/cloud-cards.ts'
import { startCloud } from '../support/cloud.ts'
import { askVm, makeNetwork, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { deathsOf, reaperOf } from '../support/deaths.ts'
import type { Reaper } from '../support/deaths.ts'
import { guestImage } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import { useLab } from '../support/lab.ts'
import { openSagaGate } from '../support/saga-gate.ts'
import type { SagaGate } from '../support/saga-gate.ts'

suite('a worker killed while networks come and go', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let gate: SagaGate
  let reaper: Reaper
  let clean: string[]
  let [red, blue] = ['', '']
  let web: string
  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage(), workers: 2 })
    gate = await openSagaGate(cloud.db, cloud.databaseUrl)
    reaper = reaperOf(cloud, gate)
    clean = await hostInventory(given.lab);
    [red, blue] = [await makeNetwork(cloud, 'red', '10.60.0.0/24'), await makeNetwork(cloud, 'blue', '10.61.0.0/24')]
    web = (await askVm(cloud, 'web', { networkId: red, password: 'only to see it' })).id
    await vmIs(cloud, web, 'UP')
    // A guest lets go of a card only once its kernel is up.
    const shell = await openGuestShell(cloud, web, 'only to see it')
    shell.close()
  }, { timeout: 600_000 })
  after(async () => { await reaper.settled(); await gate.close(); await cloud.close() }, { timeout: 60_000 })

  const attach = () => ({ vmId: web, networkId: blue })
  const detach = async () => ({ interfaceId: (await cardOn(cloud, web, blue))!.id })
  const agreed = (count: number) => assertCards(cloud, given.lab, { id: web, name: 'web' }, count)

  for (const death of deathsOf(vmAttach)) {
    test(`in an attach: ${death.name}`, { timeout: 180_000 }, async () => {
      await reaper.settled()
      const { task } = await reaper.die(death, () => mutate(cloud, 'attachInterface', attach()))
      await taskEnds(cloud, task!.id)
      await agreed(2)
      await done(cloud, 'detachInterface', await detach())
      await agreed(1)
    })
  }

  for (const death of deathsOf(vmDetach)) {
    test(`in a detach: ${death.name}`, { timeout: 180_000 }, async () => {
      await reaper.settled()
      await done(cloud, 'attachInterface', attach())
      const asked = await detach()
      const { task } = await reaper.die(death, () => mutate(cloud, 'detachInterface', asked))
      await taskEnds(cloud, task!.id)
      await agreed(1)
    })
  }

  test('after delete the host is as it was before', async () => {
    await done(cloud, 'deleteVm', { vmId: web })
    for (const networkId of [red, blue]) await done(cloud, 'deleteNetwork', { networkId })
    assert.deepEqual(await hostInventory(given.lab), clean)
    const [left] = await cloud.db.em.fork().execute<Record<string, number>[]>(`select (select count(*)::integer from vm_interface) as interfaces, (select count(*)::integer from address where released_at is null) as addresses,
      (select count(*)::integer from object_lock) as locks, (select count(*)::integer from network) as networks`)
    assert.deepEqual(left, { interfaces: 0, addresses: 0, locks: 0, networks: 0 })
  })
})
