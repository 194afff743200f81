// Workers die by kill -9 at every boundary of a create and a delete, on a real host: on both sides of each record, and in
// the middle of the acts that take time. Another worker carries on, and nothing is left behind.
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { vmCreate, vmDelete } from '../../jobs/contract/vm.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import type { Cloud } from '../support/cloud.ts'
import { startCloud } from '../support/cloud.ts'
import { askOfVm, askVm, makeNetwork, readVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { deathsOf, reaperOf } from '../support/deaths.ts'
import type { Reaper } from '../support/deaths.ts'
import { restingImage } from '../support/guest.ts'
import { labInventory } from '../support/lab-hypervisor.ts'
import { useLab } from '../support/lab.ts'
import { openSagaGate } from '../support/saga-gate.ts'
import type { SagaGate } from '../support/saga-gate.ts'
import { until } from '../support/until.ts'

suite('a worker killed at every step', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let gate: SagaGate
  let networkId: string
  let clean: string
  let reaper: Reaper
  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await restingImage(), workers: 2 })
    gate = await openSagaGate(cloud.db, cloud.databaseUrl)
    reaper = reaperOf(cloud, gate)
    networkId = await makeNetwork(cloud, 'red', '10.60.0.0/24')
    clean = await labInventory(given.lab, 1)
  }, { timeout: 600_000 })
  after(async () => { await reaper.settled(); await gate.close(); await cloud.close() }, { timeout: 60_000 })

  async function leavesNoTrace(): Promise<void> {
    assert.equal(await labInventory(given.lab, 1), clean)
    const [left] = await cloud.db.em.fork().execute<Record<string, number>[]>(`select (select count(*)::integer from vm) as vms, (select count(*)::integer from disk) as disks, (select count(*)::integer from vm_interface) as interfaces,
      (select count(*)::integer from reservation) as reservations, (select count(*)::integer from object_lock) as locks, (select count(*)::integer from address where released_at is null) as addresses,
      (select count(*)::integer from task where state not in ('done')) as open`)
    assert.deepEqual(left, { vms: 0, disks: 0, interfaces: 0, reservations: 0, locks: 0, addresses: 0, open: 0 })
  }

  async function remove(vmId: string): Promise<void> {
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', vmId))
    await leavesNoTrace()
  }

  for (const death of deathsOf(vmCreate)) {
    test(`of a create: ${death.name}`, { timeout: 180_000 }, async () => {
      const id = await reaper.die(death, async () => (await askVm(cloud, 'doomed', { networkId })).id)
      await vmIs(cloud, id, 'UP')
      await remove(id)
    })
  }

  for (const death of deathsOf(vmDelete)) {
    test(`of a delete: ${death.name}`, { timeout: 180_000 }, async () => {
      const { id } = await askVm(cloud, 'doomed', { networkId })
      await vmIs(cloud, id, 'UP')
      const task = await reaper.die(death, () => askOfVm(cloud, 'deleteVm', id))
      await taskEnds(cloud, task)
      assert.equal(await readVm(cloud, id), null)
      await leavesNoTrace()
    })
  }

  const volumes = () => readdirSync(given.lab.poolFolder).filter((name) => !clean.includes(`/${name} `))
  const holder = async () => (await cloud.db.em.fork().execute<{ worker_id: string }[]>("select worker_id from saga where name = 'vm-create' and worker_id is not null"))[0]?.worker_id
  const middles = [
    { step: 'disk', sign: 'its volume is seen', template: 'linked', seen: () => volumes().length >= 1 },
    { step: 'seed', sign: 'its volume is seen', template: 'linked', seen: () => volumes().length >= 2 },
    { step: 'define', sign: 'QEMU is seen', template: 'linked', seen: async () => (await given.lab.exec(1, ['pgrep', '-c', 'qemu-system'])).stdout.trim() !== '0' },
    { step: 'copy', sign: 'some of the image is copied', template: 'full', seen: () => volumes().some((name) => statSync(join(given.lab.poolFolder, name)).blocks * 512 > 2 * 1024 ** 2) },
  ] as const
  for (const { step, sign, template, seen } of middles) {
    test(`of a create: in the middle of ${step}, once ${sign}`, { timeout: 180_000 }, async (t) => {
      await reaper.settled()
      const { id } = await askVm(cloud, 'doomed', { networkId, template })
      await until(sign, seen, 60_000)
      const doomed = await holder()
      if (doomed) await reaper.kill(doomed)
      // The sign is seen from outside: on a quick machine the creation may have ended by then.
      else t.diagnostic('nothing was killed: the creation was over')
      await vmIs(cloud, id, 'UP')
      await remove(id)
    })
  }

  for (const isGone of [false, true]) {
    test(`a worker stopped in a create for longer than any hold does no harm to a VM that ${isGone ? 'was deleted' : 'runs'} meanwhile`, { timeout: 180_000 }, async () => {
      await reaper.settled()
      await gate.shut({ saga: vmCreate.name, step: 'define', state: 'doing' })
      const { id } = await askVm(cloud, 'frozen', { networkId })
      const { workerId } = await gate.caught()
      const frozen = reaper.workerOf(workerId)
      frozen.signal('SIGSTOP')
      const stoppedAt = performance.now()
      await gate.letPass()
      await vmIs(cloud, id, 'UP')
      const [guest] = await guests()
      if (isGone) await remove(id)
      await until('the stop to outlast lease and call', () => performance.now() - stoppedAt > defaultTiming.leaseMs + defaultTiming.transitMs + defaultTiming.callTimeoutMs)
      frozen.signal('SIGCONT')
      await until('the continued worker to let go', () => frozen.lines.some(({ msg }) => msg === 'let go of a saga'))
      if (isGone) return leavesNoTrace()
      assert.equal((await readVm(cloud, id))!.status, 'UP')
      assert.deepEqual(await guests(), [guest])
      await remove(id)
    })
  }
  const guests = async () => (await given.lab.exec(1, ['pgrep', 'qemu-system'])).stdout.trim().split('\n')
})
