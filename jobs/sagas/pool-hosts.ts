import type { StepContext } from '../saga/step.ts'
import { standingPools } from '../../server/db/queries/pool-ref.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import type { Deps } from './deps.ts'

/** Gives the host all pools of its area, and learns their size. */
export async function joinPools(context: StepContext<unknown, Deps>, hostId: string, hypervisor: HypervisorDriver): Promise<void> {
  for (const { id, ref, secretSealed } of await standingPools(context.em(), hostId)) {
    await hypervisor.ensurePool(ref, { secret: secretSealed ? context.deps.unseal({ table: 'pool', id }, secretSealed).toString() : undefined })
    const { capacityBytes, availableBytes } = await hypervisor.poolFacts(ref)
    await context.write(async (em) => { await em.execute('update pool set capacity_bytes = ?, available_bytes = ?, observed_at = now() where id = ?', [capacityBytes, availableBytes, id]) })
  }
}
