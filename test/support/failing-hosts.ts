// Simulated hosts with VMs, a watch and the workers that a failover needs: all in this process, so that hosts can fail at
// any moment and be looked at from inside.
import assert from 'node:assert/strict'
import type { Run } from '../../jobs/fencing/ceph.ts'
import { fencingOf } from '../../jobs/fencing/fencing.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { failoverWork } from '../../server/app/failover-work.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { unseal } from '../../server/db/seal.ts'
import type { Db } from '../../server/db/orm.ts'
import type { EventHub } from '../../server/events/hub.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import type { SimulatedHost, SimulatedHostOptions } from '../../server/hypervisor/simulated/host.ts'
import { newId } from '../../server/model/id.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { patient } from './saga-ground.ts'
import { silent, silentSender } from './toy-saga.ts'
import { until } from './until.ts'
import { requestOf, testMasterKey } from './verbs.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

export interface FailingVm { id: string; uuid: string; name: string; host: string; phase: string; observed: string; desired: string; promises: number }
export interface FailingWorker { stop(): Promise<void>; /** As if the process died. */ abandon(): Promise<void> }

export interface FailingHosts {
  rows: World
  hosts: { id: string; name: string; machine: SimulatedHost }[]
  machine(name: string): SimulatedHost
  startWorker(): Promise<FailingWorker>
  workers: readonly FailingWorker[]
  /** Created by the verb, and running unless told. */
  newVm(name: string, more?: { recoveryPriority?: number; desired?: 'running' | 'stopped'; on?: string }): Promise<FailingVm>
  vms(): Promise<FailingVm[]>
  vm(name: string): Promise<FailingVm>
  state(name: string): Promise<{ state: string; reason: string | null; missing: string | null; open: number }>
  addDevice(name: string): Promise<void>
  /** Where the machine of the VM is, by the hosts themselves. More than one is what must never be. */
  runsOn(uuid: string): string[]
  close(): Promise<void>
}

export interface FailingHostsOptions { hosts?: number; hostMemoryBytes?: number; devices?: boolean; ceph?: Run; simulated?: Omit<SimulatedHostOptions, 'name' | 'storage' | 'plugs'> }

export async function makeFailingHosts(db: Db, hub: EventHub, { hosts: count = 3, hostMemoryBytes = 16 * GiB, devices = true, ceph, simulated = {} }: FailingHostsOptions = {}): Promise<FailingHosts> {
  const em = db.em.fork()
  // Of an earlier test in the same database: nobody watches them any more.
  await em.execute("update host set state = 'retired' where state <> 'retired'")
  const rows = await makeWorld(db, { hosts: count, hostMemoryBytes })
  const world = new SimulatedWorld({ facts: { memoryBytes: 64 * GiB, cpus: 16 }, ...simulated })
  const hosts = rows.hostIds.map((id, index) => {
    const name = `h${index + 1}-${id.slice(-6)}`
    return { id, name, machine: world.place({ id, areaId: rows.areaId, name }).host }
  })
  for (const { id, name, machine } of hosts) {
    // Up once a watch has heard it.
    await em.execute("update host set name = ?, state = 'suspect' where id = ?", [name, id])
    await openSimulatedHost(machine).bind(patient).ensurePool({ name: 'pool', path: '/pool' })
  }
  await openSimulatedHost(hosts[0]!.machine).bind(patient).createVolume({ name: 'pool', path: '/pool' }, { name: `image-${rows.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
  const byName = (name: string) => hosts.find((host) => host.name.startsWith(name))!
  const workers: FailingWorker[] = []

  async function startWorker(): Promise<FailingWorker> {
    const workerId = newId()
    const sessions = new HostSessions({ db, world })
    const failover = failoverWork(silentSender)
    const quiet = { info: () => {}, warn: () => {} }
    const watch = new Watch({
      db, hub, sessions, workerId, log: quiet, failover, leaseTimes: { leaseMs: 1_500, tickMs: 50 }, watchTimes: { downAfterMs: 200, lookMs: 500, retryMs: { first: 20, most: 100 } },
      opinionTimes: { lookMs: 20, answerMs: 200, againMs: 100, freshMs: 2_000 },
    })
    const registry = new Registry(allSagas({ hosts: sessions, unseal: (place, sealed) => unseal(testMasterKey, place, sealed), children: workspaceChildren(silentSender), recoveries: failover.recoveries, fencing: fencingOf(world, { spreadMs: 0, ...(ceph && { run: ceph }) }) }))
    const saga = new SagaWorker({ db, registry, log: silent, workerId, timing: { ...defaultTiming, retryWaitMs: 50, pollMs: 20, stuckRetryMs: 1_000 } })
    await watch.start()
    let ended: Promise<void> | undefined
    const worker: FailingWorker = {
      stop: () => ended ??= (async () => { await saga.stop(1_000); await watch.stop(); await sessions.close() })(),
      abandon: () => ended ??= (async () => { await saga.abandon(); await watch.stop(); await sessions.close() })(),
    }
    workers.push(worker)
    return worker
  }

  const vms = async () => em.fork().execute<FailingVm[]>(`
    select vm.id, vm.domain_uuid as uuid, vm.name, host.name as host, vm.phase, vm.observed_power as observed, vm.desired_power as desired,
      (select count(*)::integer from reservation where vm_id = vm.id and host_id is not null) as promises
    from vm join host on host.id = vm.host_id where vm.workspace_id = ? order by vm.number`, [rows.workspaceId])
  const vm = async (name: string) => (await vms()).find((one) => one.name === name)!

  return {
    rows, hosts, workers, machine: (name) => byName(name).machine, startWorker, vms, vm,
    async newVm(name, { recoveryPriority = 50, desired = 'running', on } = {}) {
      const others = on === undefined ? [] : hosts.filter((host) => !host.name.startsWith(on))
      for (const { id } of others) await em.execute("update host set duty = 'maintenance' where id = ?", [id])
      await createVm(requestOf(db, rows.owner), { workspaceId: rows.workspaceId, templateId: rows.templateId, areaId: rows.areaId, name })
      for (const { id } of others) await em.execute("update host set duty = 'service' where id = ?", [id])
      await em.execute('update vm set recovery_priority = ? where name = ? and workspace_id = ?', [recoveryPriority, name, rows.workspaceId])
      await until(`${name} to run`, async () => (await vm(name)).phase === 'ready' && (await vm(name)).observed === 'running')
      if (desired === 'stopped') {
        const { uuid, host } = await vm(name)
        await em.execute("update vm set desired_power = 'stopped' where name = ? and workspace_id = ?", [name, rows.workspaceId])
        await openSimulatedHost(byName(host).machine).bind(patient).stopVm(uuid)
        await until(`${name} to be off`, async () => (await vm(name)).observed === 'stopped')
      }
      return vm(name)
    },
    state: async (name) => (await em.fork().execute<{ state: string; reason: string | null; missing: string | null; open: number }[]>(`
      select state, state_reason as reason, (select missing from host_outage where host_id = host.id and ended_at is null) as missing, (select count(*)::integer from host_outage where host_id = host.id and ended_at is null) as open
      from host where id = ?`, [byName(name).id]))[0]!,
    addDevice: async (name) => { await em.execute("insert into fence_device (id, host_id, position, kind) values (?, ?, 0, 'simulated')", [newId(), byName(name).id]) },
    runsOn: (uuid) => hosts.filter(({ machine }) => machine.vms.get(uuid)?.power === 'running').map(({ name }) => name),
    close: async () => { for (const worker of workers) await worker.stop() },
    ...(devices && await (async () => { for (const { id } of hosts) await em.execute("insert into fence_device (id, host_id, position, kind) values (?, ?, 0, 'simulated')", [newId(), id]); return {} })()),
  }
}

/** By the books and by the hosts: each VM that is meant to run does so on one host alone, the one that the books say. */
export async function assertOneWriterEach(world: FailingHosts): Promise<void> {
  for (const { name, uuid, host, desired, promises } of await world.vms()) {
    assert.deepEqual(world.runsOn(uuid), desired === 'running' ? [host] : [], name)
    assert.equal(promises, 1, `${name} is promised room once`)
  }
}
