import type { Db } from '../../server/db/orm.ts'
import { standingPools } from '../../server/db/queries/pool-ref.ts'
import type { Remembered } from '../../server/hypervisor/simulated/adopt.ts'
import type { PowerState } from '../../server/model/vm.ts'
import { readPlansOfHost } from './vm-plan.ts'

interface Power { uuid: string; power: PowerState }
interface Replica { volume: string; format: 'qcow2' | 'raw'; size: string }

/** About the size of a seed; what is in it is forgotten. */
const seedBytes = 384 * 1024

/**
 * What the books say stands on a simulated host, for a worker whose memory of it begins. Of a frozen host they may be wrong:
 * nothing of it is remembered.
 */
export async function rememberedOf(db: Db, hostId: string): Promise<Remembered> {
  const em = db.em.fork()
  const [host] = await em.execute<{ frozen: boolean }[]>('select frozen_at is not null as frozen from host where id = ?', [hostId])
  if (host?.frozen) return { pools: [], vms: [] }
  const powers = await em.execute<Power[]>("select domain_uuid as uuid, case when observed_power = 'unknown' then desired_power else observed_power end as power from vm where host_id = ? and phase = 'ready'", [hostId])
  const powerOf = new Map(powers.map(({ uuid, power }) => [uuid, power]))
  const plans = await readPlansOfHost(em, hostId)
  const pools: Remembered['pools'] = []
  for (const { id, ref } of await standingPools(em, hostId)) {
    const replicas = await em.execute<Replica[]>(`
      select image_replica.volume, image_version.format, image_version.virtual_size_bytes as size from image_replica join image_version on image_version.id = image_replica.image_version_id
      where image_replica.pool_id = ? and image_replica.state = 'ready'`, [id])
    const own = plans.flatMap(({ disks, seed }) => [
      ...disks.filter(({ pool }) => pool.name === ref.name).map(({ volume, sizeBytes, backing }) => ({ name: volume, format: 'qcow2' as const, sizeBytes, backingPath: backing?.path })),
      ...(seed.pool.name === ref.name ? [{ name: seed.volume, format: 'raw' as const, sizeBytes: seedBytes, backingPath: undefined }] : []),
    ])
    pools.push({ ref, volumes: [...replicas.map(({ volume, format, size }) => ({ name: volume, format, sizeBytes: Number(size), backingPath: undefined })), ...own] })
  }
  return { pools, vms: plans.map(({ domain }) => ({ spec: domain, power: powerOf.get(domain.domainUuid) ?? 'stopped' })) }
}
