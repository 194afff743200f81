// (d) From a mutation's commit to its work, and many creates at once on simulated hosts.
import { setTimeout as delay } from 'node:timers/promises'
import { vmCreate } from '../jobs/contract/vm.ts'
import { sagaQueue } from '../jobs/contract/queue.ts'
import { SimulatedWorld } from '../jobs/hosts/simulated.ts'
import { listenForWork } from '../jobs/saga/doorbell.ts'
import { Registry } from '../jobs/saga/registry.ts'
import { defaultTiming } from '../jobs/saga/timing.ts'
import { SagaWorker } from '../jobs/saga/worker.ts'
import { allSagas } from '../jobs/sagas/registry.ts'
import { createVm } from '../server/app/vm-create.ts'
import { workspaceChildren } from '../server/app/workspace-children.ts'
import { bossSender, openBoss } from '../server/db/boss.ts'
import { openDb } from '../server/db/orm.ts'
import type { Db } from '../server/db/orm.ts'
import { openSimulatedFabric } from '../server/fabric/simulated/driver.ts'
import { openSimulatedMachine } from '../server/machine/simulated/machine.ts'
import { openSimulatedHost } from '../server/hypervisor/simulated/driver.ts'
import { makeLog } from '../server/log.ts'
import { newId } from '../server/model/id.ts'
import { MiB } from '../server/model/units.ts'
import { createTestDb } from '../test/support/db.ts'
import { readyNetwork, requestOf } from '../test/support/verbs.ts'
import { makeWorld } from '../test/support/world.ts'
import type { World } from '../test/support/world.ts'
import { ms, percentiles, show } from './measure.ts'
import type { Bench } from './measure.ts'
import { nothingSealed } from '../test/support/toy-saga.ts'
import { failoverDeps } from '../test/support/failover-deps.ts'

const hosts = 20
const creates = 1_000
/** How many requests the API has in its hands at once. */
const requests = 16

/** A worker in this process with the product's sagas and times, and hosts in memory that take no time themselves. */
async function startWorker(url: string, world: World, onBegin: (sagaId: string) => void) {
  const db = await openDb({ url, poolSize: 12 })
  const boss = await openBoss({ url, applicationName: 'bench-worker', queues: [sagaQueue], supervise: true, onError: () => {} })
  const simulated = new SimulatedWorld()
  const placeOf = (id: string) => simulated.place({ id, areaId: world.areaId, name: id })
  const driver = openSimulatedHost(placeOf(world.hostIds[0]!).host).bind({ beforeCall() { /* always may */ }, timeoutMs: 10_000 })
  await driver.ensurePool({ name: 'pool', path: '/pool' })
  await driver.createVolume({ name: 'pool', path: '/pool' }, { name: `image-${world.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
  for (const id of world.hostIds) await openSimulatedHost(placeOf(id).host).bind({ beforeCall() { /* always may */ }, timeoutMs: 10_000 }).ensurePool({ name: 'pool', path: '/pool' })
  const registry = new Registry(allSagas({
    hosts: {
      hypervisor: async (id, control) => openSimulatedHost(placeOf(id).host).bind(control),
      fabric: async (id, control) => openSimulatedFabric(placeOf(id).fabric).bind(control),
      underReview: async (id, control) => ({ hypervisor: openSimulatedHost(placeOf(id).host).bind(control), fabric: openSimulatedFabric(placeOf(id).fabric).bind(control) }),
      machine: async (id, control) => openSimulatedMachine(placeOf(id).machine).bind(control),
    },
    unseal: nothingSealed,
    children: workspaceChildren(bossSender(boss)),
    ...failoverDeps(),
  }))
  const probe = { boundary: async ({ at, sagaId, step }: { at: string; sagaId: string; step: string }) => { if (at === 'begun' && step === vmCreate.steps[0]!.name) onBegin(sagaId) } }
  const worker = new SagaWorker({ db, registry, log: makeLog('bench', 'error'), timing: defaultTiming, workerId: newId(), probe })
  await listenForWork(boss, worker)
  return { stop: async () => { await worker.stop(0); await boss.stop({ graceful: false }); await db.close(true) } }
}

const states = async (db: Db) => Object.fromEntries((await db.em.fork().execute<{ state: string; count: number }[]>('select state, count(*)::int as count from task group by state')).map(({ state, count }) => [state, count]))

export const bench: Bench = {
  name: 'Work from mutation to end',
  async rows() {
    const test = await createTestDb()
    const { db, url } = test
    const world = await makeWorld(db, { hosts, hostMemoryBytes: 1024 ** 4, poolBytes: 1024 ** 5 })
    await db.em.fork().execute('update host set cpus = 1000')
    const networkId = await readyNetwork(db, world, ['10.0.0.0/16'])
    const begun = new Map<string, number>()
    const api = await openBoss({ url, applicationName: 'bench-api', queues: [sagaQueue], supervise: false, onError: () => {} })
    const open = () => startWorker(url, world, (sagaId) => { if (!begun.has(sagaId)) begun.set(sagaId, performance.now()) })
    let worker = await open()
    try {
      const sender = bossSender(api)
      const create = async () => {
        const { taskId } = await createVm({ ...requestOf(db, world.owner), sender }, { workspaceId: world.workspaceId, areaId: world.areaId, templateId: world.templateId, name: `vm-${newId()}`, interfaces: [{ networkId }] })
        return { taskId: taskId!, committedAt: performance.now() }
      }
      const sagaOf = async (taskId: string) => (await db.em.fork().execute<{ id: string }[]>('select id from saga where task_id = ?', [taskId]))[0]!.id
      const waits: number[] = []
      for (let round = 0; round < 120; round++) {
        const { taskId, committedAt } = await create()
        const sagaId = await sagaOf(taskId)
        while (!begun.has(sagaId)) await delay(1)
        if (round >= 20) waits.push(Math.max(0, begun.get(sagaId)! - committedAt))
        while ((await states(db)).done !== round + 1) await delay(5)
      }
      const allEnded = async () => { for (let now = await states(db); (now.queued ?? 0) + (now.running ?? 0) > 0; now = await states(db)) await delay(20) }
      const ask = async () => { let left = creates; await Promise.all(Array.from({ length: requests }, async () => { while (left-- > 0) await create() })) }
      const rate = (tookMs: number) => Math.round(creates / (tookMs / 1000))
      const doneBefore = (await states(db)).done ?? 0
      let started = performance.now()
      await ask()
      const askedMs = performance.now() - started
      await allEnded()
      const whole = rate(performance.now() - started)
      await worker.stop()
      await ask()
      worker = await open()
      started = performance.now()
      await allEnded()
      const alone = rate(performance.now() - started)
      const done = ((await states(db)).done ?? 0) - doneBefore
      return [
        { what: 'from the commit of createVm to the first step', ours: show(percentiles(waits)), peer: 'a queue that is polled as fast as pg-boss allows: 250 ms p50 (by its design)', ratio: `1 / ${Math.round(250 / percentiles(waits).p50)}`, goal: '<= 10 ms p50' },
        { what: `${creates} creates at once, ${hosts} simulated hosts, one worker`, ours: `${whole}/s from request to running (the requests alone took ${ms(askedMs)})`, peer: 'OpenStack 2.5/s (published)', ratio: `${Math.round(whole / 2.5)} times`, goal: '>= 50/s, all running' },
        { what: 'the same, their tasks alone', ours: `${alone}/s (${done} of ${2 * creates} done)`, peer: '-', ratio: '-', goal: '>= 50/s' },
      ]
    } finally {
      await worker.stop()
      await api.stop({ graceful: false })
      await test.close()
    }
  },
}
