import type { AppContext } from '../../server/app/context.ts'
import { noteOf } from '../../server/app/audit.ts'
import type { Caller } from '../../server/auth/actor.ts'
import { Network, Subnet } from '../../server/db/entities/network.ts'
import { seal } from '../../server/db/seal.ts'
import type { Db } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { planSubnet } from '../../server/model/network.ts'
import type { World } from './world.ts'

/** What the requests of these tests seal with. */
export const testMasterKey = new Uint8Array(32).fill(8)

/** A request of the caller's: each has an entity manager of its own, as over HTTP. No worker listens, so the bell is silent. */
export function requestOf(db: Db, caller: Caller): AppContext {
  return { ...caller, requestId: newId(), note: noteOf('test', {}), em: db.em.fork(), sender: { send: async () => {} }, auth: { inputSecret: new Uint8Array(32).fill(7), seal: (place, secret) => seal(testMasterKey, place, secret), guestHashes: { take: () => {} } } }
}

let nextVlan = 3_000

/** A network of the world's workspace that VMs can use at once. */
export async function readyNetwork(db: Db, world: World, cidrs: readonly string[] = ['10.0.0.0/24'], workspaceId: string | null = world.workspaceId): Promise<string> {
  const em = db.em.fork()
  const id = newId()
  await em.insert(Network, { id, workspace: workspaceId, area: world.areaId, name: `network-${id}`, kind: workspaceId ? 'private' : 'public', vlan: nextVlan++, phase: 'ready' })
  for (const cidr of cidrs) await em.insert(Subnet, { id: newId(), network: id, ...planSubnet({ cidr }) })
  return id
}

/** How each of many requests at once ended: what it made, or the code of its error. */
export async function endings<Value>(work: readonly Promise<Value>[]): Promise<{ made: Value[]; codes: Record<string, number> }> {
  const settled = await Promise.allSettled(work)
  const codes: Record<string, number> = {}
  for (const one of settled) {
    if (one.status === 'fulfilled') continue
    const code = String((one.reason as { code?: unknown }).code ?? one.reason)
    codes[code] = (codes[code] ?? 0) + 1
  }
  return { made: settled.filter((one) => one.status === 'fulfilled').map((one) => one.value), codes }
}
