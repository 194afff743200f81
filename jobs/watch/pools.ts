import type { Em } from '../../server/db/orm.ts'
import { poolHostNote } from '../../server/db/queries/pool-host.ts'
import { standingPools } from '../../server/db/queries/pool-ref.ts'
import type { StandingPool } from '../../server/db/queries/pool-ref.ts'
import type { SealedPlace } from '../../server/db/seal.ts'
import type { HypervisorDriver, PoolFacts } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { remedyOf, requireOurs, startPoolOn } from '../review/pool-check.ts'
import type { CheckedPool, PoolOnHost } from '../review/pool-check.ts'
import type { WatchLog } from './log.ts'
import { GripLost, recordPool, recordPoolHost } from './observe.ts'
import type { Grip } from './observe.ts'

/** Opens what the books keep sealed (decision 21). */
export type Unseal = (place: SealedPlace, sealed: Uint8Array) => Buffer

/** Codes that say nothing of the pool, but of the way to the host. */
const ofTheWay = ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'CANCELLED']

/**
 * The size of the area's pools, and how this host has them. A pool that the host does not have, has lost with its power or was
 * not there for when it was made is started, unless the host is frozen: then nothing on it is changed. Whose the others are was
 * looked at just before (lookAtOwnership). A pool that cannot be read is no reason to lose the host. Returns whether it has all.
 */
export async function lookAtPools(em: Em, grip: Grip, hypervisor: HypervisorDriver, { isFrozen, unseal, log }: { isFrozen: boolean; unseal: Unseal | undefined; log: WatchLog }): Promise<boolean> {
  const pools = await standingPools(em, grip.hostId)
  let hasAll = true
  if (pools.length === 0) return hasAll
  const [host] = await em.execute<{ name: string; kind: string }[]>('select name, kind from host where id = ?', [grip.hostId])
  for (const pool of pools) {
    const on: PoolOnHost = { hostName: host?.name ?? grip.hostId, hypervisor }
    const checked: CheckedPool = { ...pool, wasMarked: pool.wasMarked && host?.kind !== 'simulated', secret: pool.secretSealed && unseal ? unseal({ table: 'pool', id: pool.id }, pool.secretSealed).toString() : undefined }
    try {
      const facts = await look(em, on, checked, isFrozen)
      if (facts) await recordPool(em, grip, pool.id, facts)
      await note(em, grip, pool)
    } catch (error) {
      if (error instanceof GripLost) throw error
      hasAll = false
      log.warn({ hostId: grip.hostId, poolId: pool.id, err: error }, 'the host does not have the pool as it should')
      if (error instanceof KloudakError && !ofTheWay.includes(error.code)) await note(em, grip, pool, error)
    }
  }
  return hasAll
}

async function look(em: Em, on: PoolOnHost, pool: CheckedPool, isFrozen: boolean): Promise<PoolFacts> {
  const found = await on.hypervisor.poolFacts(pool.ref).catch((error: unknown) => {
    if (error instanceof KloudakError && error.code === 'NOT_FOUND') return undefined
    throw error
  })
  if (isFrozen) {
    if (!found?.active) throw new KloudakError('WRONG_STATE', `Host ${on.hostName} has not started the pool ${pool.name}.`, { remedy: 'Review the host: then it is started again.' })
    await requireOurs(em, on, pool)
    return found
  }
  if (found?.active) return found
  const facts = await startPoolOn(on, pool)
  await requireOurs(em, on, pool)
  return facts
}

async function note(em: Em, grip: Grip, { id, ref }: StandingPool, error?: KloudakError): Promise<void> {
  await recordPoolHost(em, grip, poolHostNote({ poolId: id, hostId: grip.hostId, ...(error ? { state: 'failed', message: error.message, remedy: error.remedy ?? remedyOf(ref) } : { state: 'ready' }) }))
}
