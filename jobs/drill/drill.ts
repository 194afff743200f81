import type { Db } from '../../server/db/orm.ts'
import { areasToDrill, drillMark, isEldest, readDrillArea, writeLosses } from '../../server/db/queries/drill.ts'
import type { EventHub } from '../../server/events/hub.ts'
import { drill } from '../../server/model/placement/drill.ts'
import { sameLoss } from '../../server/model/placement/loss.ts'
import type { HostLoss } from '../../server/model/placement/loss.ts'

export interface DrillOptions {
  db: Db
  hub: EventHub
  workerId: string
  onTrouble: (error: unknown) => void
  /** From a change to the drill, at least. */
  restMs?: number
  /** Without a change. */
  lookMs?: number
}

// Of one processor it takes no more than a fiftieth, however large the cloud is and however much changes.
const share = 50

/**
 * Drills all areas and writes down what has changed: for each host with VMs whether all could start elsewhere if it died now.
 * `marks`: of the last drill of each area; one that is as it was then is left out.
 */
export async function drillAll(db: Db, marks = new Map<string, string>()): Promise<void> {
  const em = db.em.fork()
  for (const { id, policy } of await areasToDrill(em)) {
    const mark = await drillMark(em, id)
    if (marks.get(id) === mark) continue
    const { known, ...area } = await readDrillArea(em, id, policy)
    const found = drill(area)
    const nothing: HostLoss = { ok: true, wouldNotFit: 0, vms: [] }
    const changed = new Map<string, HostLoss>()
    for (const [hostId, before] of known) {
      const loss = found.get(hostId) ?? nothing
      if (!sameLoss(before, loss)) changed.set(hostId, loss)
    }
    await writeLosses(em, changed)
    marks.set(id, mark)
  }
}

/**
 * Drills whenever hosts, VMs, groups or areas change, not oftener than it costs, and now and then without a change. What it
 * writes is a change of the host, so that those who follow hosts see it. Of several workers the eldest does it.
 */
export function keepDrilling({ db, hub, workerId, onTrouble, restMs = 1_000, lookMs = 60_000 }: DrillOptions): { stop(): Promise<void> } {
  const changes = hub.subscribe({ objectTypes: ['host', 'vm', 'area', 'affinity_group'] })
  let timer: NodeJS.Timeout | undefined
  let dueAtMs = Infinity
  let costMs = 0
  let running: Promise<void> | undefined
  let isStopped = false
  const schedule = (waitMs: number) => {
    const atMs = performance.now() + waitMs
    if (isStopped || running || atMs >= dueAtMs) return
    clearTimeout(timer)
    dueAtMs = atMs
    timer = setTimeout(() => { void run() }, waitMs)
  }
  const pauseMs = () => Math.max(restMs, Math.min(lookMs, costMs * share))
  let changedMeanwhile = false
  const marks = new Map<string, string>()
  const run = async () => {
    dueAtMs = Infinity
    changedMeanwhile = false
    const begun = performance.now()
    running = isEldest(db.em.fork(), workerId).then((isMine) => (isMine ? drillAll(db, marks) : marks.clear())).catch(onTrouble)
    await running
    running = undefined
    costMs = performance.now() - begun
    schedule(changedMeanwhile ? pauseMs() : lookMs)
  }
  const following = (async () => {
    try {
      for await (const _change of changes) {
        changedMeanwhile = true
        schedule(pauseMs())
      }
    } catch (error) {
      onTrouble(error)
    }
  })()
  schedule(0)
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await changes.return?.()
      await following
      await running
    },
  }
}
