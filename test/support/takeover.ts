// Two worker processes and the hosts of a lab between them. Guests are suspended and resumed on the hosts, beside the
// product, while one worker after the other is killed; every change has to come out of the event stream once, in order.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LabHost } from '../../lab/lab.ts'
import { seal } from '../../server/db/seal.ts'
import { EventHub } from '../../server/events/hub.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { writeBooks, writeHost, writeVm } from './books.ts'
import { createTestDb } from './db.ts'
import { openLabHypervisor } from './lab-hypervisor.ts'
import { until } from './until.ts'
import { startWorker } from './worker.ts'
import type { TestProcess } from './worker.ts'

/** Between two changes of a guest: more often than people do it. */
const paceMs = 100
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/kloudak', import.meta.url))

/** When a worker dies, seen from a change of one of its guests. */
const moments = ['before a change', 'right after a change', 'once a change was told'] as const

interface Guest {
  hostId: string
  vmId: string
  /** Changes made on the host, and how many of them the stream has told. */
  made: number
  told: number
  turn(): Promise<void>
}

export interface Takeovers {
  /** From each kill until a change made after it, on a host of the worker that died, was told: milliseconds, of the host that waited longest. */
  tookMs: number[]
  /** Changes made on the hosts, each told once and in order. */
  changes: number
}

/** Kills a worker `rounds` times. @throws AssertionError when a change is lost, told twice, or told out of order */
export async function killWorkers(hosts: readonly LabHost[], rounds: number): Promise<Takeovers> {
  const testDb = await createTestDb()
  const em = testDb.db.em.fork()
  const masterKey = randomBytes(32)
  const hub = await EventHub.open({ url: testDb.url })
  const closing: (() => Promise<unknown>)[] = [() => hub.close(), () => testDb.close()]
  try {
    const books = await writeBooks(em)
    const guests: Guest[] = []
    for (const host of hosts) {
      const row = await writeHost(em, books, { kind: 'ssh' })
      await em.execute('update host set address = ?, ssh_port = ?, ssh_user = ?, ssh_host_key = ?, ssh_key_sealed = ? where id = ?', [host.address, host.sshPort, host.sshUser, host.hostKey.line, seal(masterKey, { table: 'host', id: row.id }, host.privateKey.text), row.id])
      const vm = await writeVm(em, books, row.id, { power: 'running' })
      const hypervisor = openLabHypervisor(host)
      closing.unshift(() => hypervisor.close())
      const driver = hypervisor.bind({ beforeCall() { /* always may */ }, timeoutMs: 60_000 })
      await runGuest(driver, vm)
      closing.unshift(() => driver.removeVm(vm.domainUuid))
      const guest: Guest = {
        hostId: row.id, vmId: vm.id, made: 0, told: 0,
        turn: () => guest.made++ % 2 === 0 ? driver.suspendVm(vm.domainUuid) : driver.resumeVm(vm.domainUuid),
      }
      guests.push(guest)
    }
    const rows = async () => new Map((await em.execute<{ id: string; version: number; power: string }[]>('select id, version, observed_power as power from vm')).map((row) => [row.id, row]))
    const first = await rows()
    const stream = hub.subscribe({ objectTypes: ['vm'] })
    const listening = (async () => {
      for await (const { objectId, version } of stream) {
        const guest = guests.find(({ vmId }) => vmId === objectId)!
        assert.equal(version, first.get(objectId)!.version + guest.told + 1, 'each change is told once, in order')
        guest.told++
      }
    })()
    // Read where it is waited for.
    listening.catch(() => {})

    const workers = new Map<string, TestProcess>()
    const start = async () => {
      const worker = startWorker(testDb.url, { NODE_COMPILE_CACHE: compileCache }, masterKey)
      const ready = await until('the worker to be ready', () => {
        if (worker.child.exitCode !== null) throw new Error(`the worker ended: ${worker.output()}`)
        return worker.output().split('\n').find((line) => line.includes('"the worker is ready"'))
      }, 60_000)
      workers.set((JSON.parse(ready) as { workerId: string }).workerId, worker)
    }
    closing.unshift(async () => {
      for (const { child, ended, output } of workers.values()) {
        child.kill('SIGTERM')
        if (await ended !== 0) console.error(`a worker did not stop well: ${output().slice(-4_000)}`)
      }
    })
    const told = (what: string, guest: Guest, from: number) => Promise.race([
      listening.then(() => { throw new Error('the stream ended') }),
      until(what, () => guest.told >= from, 60_000),
    ])
    const leases = () => em.execute<{ hostId: string; workerId: string }[]>('select host_id as "hostId", worker_id as "workerId" from host_lease order by host_id')

    await start()
    await start()
    const tookMs: number[] = []
    for (let round = 0; round < rounds; round++) {
      const shared = await until('the hosts to be shared out evenly', async () => {
        const all = await leases()
        return [...workers.keys()].every((id) => all.filter(({ workerId }) => workerId === id).length === hosts.length / 2) && all
      }, 60_000)
      const [victimId, victim] = [...workers][0]!
      const doomed = guests.filter(({ hostId }) => shared.some((lease) => lease.hostId === hostId && lease.workerId === victimId))
      const stopped = new AbortController()
      const guestsChange = guests.map(async (guest) => {
        while (!stopped.signal.aborted) {
          await guest.turn()
          await told('a change to be told', guest, guest.made)
          await delay(paceMs, undefined, { signal: stopped.signal }).catch(() => {})
        }
      })
      const changed = Promise.all(guestsChange)
      changed.catch(() => {})
      await until('all guests to change', () => guests.every(({ made }) => made > 0))
      const moment = moments[round % moments.length]!
      const [trigger] = doomed as [Guest]
      const seen = trigger.made
      if (moment === 'right after a change') await until(moment, () => trigger.made > seen)
      if (moment === 'once a change was told') await until(moment, () => trigger.told > seen)
      victim.child.kill('SIGKILL')
      const killedAt = performance.now()
      workers.delete(victimId)
      const made = doomed.map((guest) => guest.made)
      await Promise.race([changed, Promise.all(doomed.map((guest, index) => told('a change made after the kill', guest, made[index]! + 1)))])
      tookMs.push(performance.now() - killedAt)
      stopped.abort()
      await changed
      await start()
    }
    const last = await rows()
    for (const { vmId, made, told } of guests) {
      assert.equal(told, made)
      assert.deepEqual({ version: last.get(vmId)!.version, power: last.get(vmId)!.power }, { version: first.get(vmId)!.version + made, power: made % 2 === 0 ? 'running' : 'paused' })
    }
    await stream.return?.()
    await listening
    return { tookMs, changes: guests.reduce((sum, { made }) => sum + made, 0) }
  } finally {
    for (const close of closing) await close()
  }
}

async function runGuest(driver: HypervisorDriver, vm: { id: string; domainUuid: string }): Promise<void> {
  const facts = await driver.facts()
  await driver.defineVm({ ...facts, domainUuid: vm.domainUuid, title: 'changing', description: '', owner: { installationId: newId(), generation: 1, vmId: vm.id }, vcpus: 1, memoryBytes: 64 * MiB, disks: [], seed: undefined, interfaces: [] })
  await driver.startVm(vm.domainUuid, { paused: false })
}
