import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { vmCreate } from '../../jobs/contract/vm.ts'
import { makeSshKeyPair } from '../auth/ssh-key-pair.ts'
import type { SshKeyPair } from '../auth/ssh-key-pair.ts'
import { Vm } from '../db/entities/vm.ts'
import type { VmMachine } from '../db/entities/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { insertVmParts } from '../db/queries/vm-insert.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { macFrom } from '../model/network.ts'
import type { QuotaAmounts } from '../model/quota.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Done } from './context.ts'
import { hashFor } from './guest-hash.ts'
import { takeQuota } from './quota.ts'
import { violatedUnique } from './retry.ts'
import { addressesOn, giveAddresses } from './vm-addresses.ts'
import { Turns } from './turns.ts'
import { draftVm } from './vm-draft.ts'
import type { CreateVmInput, VmDraft } from './vm-draft.ts'
import { readGround } from './vm-ground.ts'
import type { Ground } from './vm-ground.ts'
import { writeGroups } from './vm-groups.ts'
import { findPlace, takePoolSpace } from './vm-place.ts'

// They pass through the locks of pool and subnets one after the other. Whoever waits for those in a transaction uses up its
// time and a connection, which all that is read then lacks: so most wait for their turn before it begins.
const placing = new Turns(4)

/** The private half of a key pair that was made here: told this once and kept nowhere. Null for a dry run and a repetition. */
export interface Created extends Done { sshPrivateKey: string | null }

/**
 * Creates a VM: its rows, addresses, reservations, task and wake-up in one transaction, so that either all of it stands
 * or nothing does. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT for a name or address that is taken,
 * WRONG_STATE for a network that is not ready, QUOTA_EXCEEDED, and NO_CAPACITY when no host, pool or subnet has room.
 *
 * Locks are taken in one order (networks, affinity groups, host, task, quota, pool, subnets) and the busiest last, so that creates at once wait
 * for each other only for a moment and never in a circle.
 */
export async function createVm(context: AppContext, input: CreateVmInput): Promise<Created> {
  const vmId = newId()
  let pair: SshKeyPair | undefined
  let passwordHash: string | null = null
  const done = await placing.take(() => act(context, { method: 'createVm', input, objectId: vmId }, async (act) => {
    const { em, actor, plan } = act
    act.authorize('vm:add', input.workspaceId, 'workspace', 'workspaceId')
    const draft = draftVm(input)
    if (draft.requiredLabels.length + draft.avoidedLabels.length > 0) act.requireSuperuser()
    if (input.generateSshKey) draft.sshKeys.push((pair = makeSshKeyPair(`root@${draft.hostname}`)).publicKey)
    // Once, however often the transaction is run.
    if (draft.password !== undefined) passwordHash ??= hashFor(context, actor, draft.password)
    const ground = await readGround(em, input, draft)
    const { host, machine, pool } = await findPlace(em, ground)
    if (act.wantsPlan) await planPlace(act, host.id, pool.id)
    const userDataSealed = draft.userData === undefined ? null : context.auth.seal({ table: 'vm', id: vmId }, draft.userData)
    await insertVm(em, { id: vmId, input, draft, ground, hostId: host.id, areaId: host.areaId, machine, passwordHash, userDataSealed, userId: actor.id })
    const interfaces = draft.interfaces.map(({ networkId, ip }) => ({ id: newId(), networkId, ip, mac: macFrom(ground.macPrefix, randomBytes(3)) }))
    await insertVmParts(em, { ...ground, vmId, hostId: host.id, disk: { poolId: pool.id, replicaId: pool.replicaId, sizeBytes: ground.diskBytes }, interfaces })
    await writeGroups(em, vmId, { joined: draft.affinityGroupIds })
    const { taskId } = await act.startTask({ contract: vmCreate, input: { vmId }, workspaceId: input.workspaceId, object: { type: 'vm', id: vmId, name: draft.name } })
    await takeQuota(act, input.workspaceId, quotaOf(ground, draft), { besides: vmId, fields: quotaFields })
    await takePoolSpace(em, { vmId, poolId: pool.id, diskBytes: ground.diskBytes })
    await giveAddresses(em, { vmId, interfaces, ground })
    plan.restsOn('source', [draft.source, ground.imageVersionId, ground.vcpus, ground.memoryBytes, ground.diskBytes])
    return { taskId }
  }))
  return { ...done, sshPrivateKey: input.dryRun ? null : pair?.privateKey ?? null }
}

/** Which host and pool were chosen; only operators are told their names. */
async function planPlace({ em, actor, plan }: Act, hostId: string, poolId: string): Promise<void> {
  const { rows: [names] } = await sql<{ area: string; areaId: string; host: string; pool: string }>`
    select area.name as area, area.id as "areaId", host.name as host, pool.name as pool from host join area on area.id = host.area_id, pool where host.id = ${hostId} and pool.id = ${poolId}`.execute(kyselyOf(em))
  plan.choice('area', { id: names!.areaId, name: names!.area })
  plan.choice('host', { id: hostId, name: actor.superuser ? names!.host : undefined })
  plan.choice('pool', { id: poolId, name: actor.superuser ? names!.pool : undefined })
}

const quotaFields = { vcpus: 'vcpus', memoryBytes: 'memoryBytes', diskBytes: 'diskBytes', addresses: 'interfaces' } as const

/** What the new VM takes of its workspace's quota: an address for each subnet of each network that it is on. */
function quotaOf({ vcpus, memoryBytes, diskBytes, networks }: Ground, { interfaces }: VmDraft): QuotaAmounts {
  const addresses = interfaces.reduce((sum, { networkId }) => sum + addressesOn(networks.get(networkId)!), 0)
  return { vms: 1, vcpus, memoryBytes, diskBytes, addresses }
}

interface NewVm { id: string; input: CreateVmInput; draft: VmDraft; ground: Ground; hostId: string; areaId: string; machine: VmMachine; passwordHash: string | null; userDataSealed: Buffer | null; userId: string }

async function insertVm(em: Em, { id, input, draft, ground, hostId, areaId, machine, passwordHash, userDataSealed, userId }: NewVm): Promise<void> {
  try {
    await em.insert(Vm, {
      id, workspace: input.workspaceId, area: areaId, host: hostId,
      template: ground.origin.templateId, instanceType: ground.origin.instanceTypeId, imageVersionId: ground.imageVersionId, cloneMode: ground.origin.cloneMode,
      name: draft.name, description: draft.description, hostname: draft.hostname,
      // Not the row's id: a VM can be adopted from elsewhere and keeps its UUID then (decision 10).
      domainUuid: crypto.randomUUID(),
      vcpus: ground.vcpus, memoryBytes: ground.memoryBytes, machine, requiredLabels: ground.requiredLabels, avoidedLabels: ground.avoidedLabels,
      passwordHash, sshKeys: draft.sshKeys, userDataSealed, createdBy: userId,
    })
  } catch (error) {
    if (violatedUnique(error) === 'vm_name') throw new KloudakError('CONFLICT', 'The workspace has a VM of this name.', { field: 'name', remedy: 'Choose another name.', cause: error })
    throw error
  }
}
