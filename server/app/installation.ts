import { requireActor } from '../auth/authorize.ts'
import { Host } from '../db/entities/infrastructure.ts'
import type { Reader } from './reader.ts'

/** Whether any host of this Kloudak is a simulated one: whoever uses it must not take its guests for real. */
export async function hasSimulatedHosts({ actor, em }: Reader): Promise<boolean> {
  requireActor(actor)
  return (await em.count(Host, { kind: 'simulated', state: { $ne: 'retired' } })) > 0
}
