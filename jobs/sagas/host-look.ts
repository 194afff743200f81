// One look at a host: all that it tells, kept in the books, and held against the checklist.
import { probePrefix } from '../../server/hypervisor/driver.ts'
import { ownershipOf, poolsOfHost } from '../../server/db/queries/host-review.ts'
import type { FabricFacts } from '../../server/fabric/driver.ts'
import type { HostFacts, HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { silentReport } from '../../server/machine/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { checklistOf } from '../../server/model/host-checklist.ts'
import type { Looked, Trouble } from '../../server/model/host-checklist.ts'
import type { CheckPoint, Discovery, UnmanagedVm } from '../../server/model/host-discovery.ts'
import type { Claim } from '../../server/model/host-inventory.ts'
import { readClaim } from '../review/marker.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'

export type HostContext = StepContext<{ hostId: string }, Deps>

/** How often a look is tried before what cannot be reached stands on the checklist as failed. */
export const lookAttempts = 3

/** The probe guest that proves KVM takes its time. */
export const lookTimeoutMs = 60_000

export interface HostRow {
  name: string; kind: 'ssh' | 'local' | 'simulated'; areaId: string; address: string | null; publicBridge: string; trunkBridge: string; reservedMemoryBytes: number
  pinned: string | null; offered: string | null; expected: string | null; keyMade: boolean; publicKey: string | null; sshUser: string | null; state: string
}

/** @throws KloudakError NOT_FOUND */
export async function hostRow(context: HostContext): Promise<HostRow> {
  const [host] = await context.em().execute<HostRow[]>(`
    select name, kind, area_id as "areaId", address, public_bridge as "publicBridge", trunk_bridge as "trunkBridge", reserved_memory_bytes::float8 as "reservedMemoryBytes", ssh_host_key as pinned,
      ssh_offered_key as offered, ssh_expected_fingerprint as expected, ssh_key_made as "keyMade", ssh_public_key as "publicKey", ssh_user as "sshUser", state from host where id = ? and state <> 'retired'`, [context.input.hostId])
  if (!host) throw new KloudakError('NOT_FOUND', 'The host is gone from the books.')
  return host
}

/**
 * Looks at everything and writes down what was found. What fails for now is tried again with the whole step; on the last try
 * it is a point that failed.
 */
export async function lookAtHost(context: HostContext): Promise<{ points: CheckPoint[]; facts: HostFacts | undefined }> {
  const { hostId } = context.input
  const host = await hostRow(context)
  const pools = (await poolsOfHost(context.em(), hostId)).map(({ name, ref }) => ({ name, ref }))
  const { hypervisor, fabric } = await context.deps.hosts.underReview(hostId, context.control)
  const facts = await attempt(context, () => hypervisor.facts())
  const switches = await attempt(context, () => fabric.facts())
  const discovery = await discover(context, pools, isFound(switches) ? switches : undefined)
  const unmanagedVms = isFound(facts) ? await unmanagedOf(hypervisor) : []
  const looked: Looked = {
    ssh: host.kind === 'ssh' ? { address: host.address! } : null,
    hypervisor: facts, fabric: switches, discovery, unmanagedVms, pools: await claims(isFound(facts) ? hypervisor : undefined, pools),
  }
  const points = checklistOf(looked, { ...host, installationId: (await ownershipOf(context.em())).installationId })
  await keep(context, { points, discovery, unmanagedVms, facts: isFound(facts) ? facts : undefined })
  return { points, facts: isFound(facts) ? facts : undefined }
}

const isFound = <T extends object>(part: T | Trouble): part is T => !('problem' in part)

/** What no further try is likely to mend; the last try takes everything so. */
async function attempt<T extends object>(context: HostContext, act: () => Promise<T>): Promise<T | Trouble> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof KloudakError) || error.code === 'CANCELLED' || context.attempt < lookAttempts) throw error
    return { problem: error.cause instanceof Error ? `${error.message.replace(/\.$/, '')}: ${error.cause.message}.` : error.message, remedy: error.remedy }
  }
}

/** The shell's report, with the bridges of Open vSwitch, and the clock held against the database's (decision 2). */
async function discover(context: HostContext, pools: readonly NamedPool[], fabric: FabricFacts | undefined): Promise<Discovery> {
  const machine = await context.deps.hosts.machine(context.input.hostId, context.control)
  const now = async () => Number((await context.em().execute<[{ ms: string }]>('select extract(epoch from clock_timestamp()) * 1000 as ms'))[0].ms)
  const before = await now()
  const report = await attempt(context, () => machine.discover(pools.filter(({ ref }) => ref.source?.kind !== 'rbd').map(({ ref }) => ref.path)))
  const { timeMs, ...told } = isFound(report) ? report : silentReport('none')
  const bridges = [...told.bridges, ...(fabric?.bridges ?? []).map(({ name, uplinks }) => ({ name, kind: 'ovs' as const, uplinks }))]
  return { ...told, bridges, openVswitchVersion: told.openVswitchVersion ?? fabric?.version ?? null, clockOffsetMs: timeMs === null ? null : offset(timeMs, before, await now()) }
}

/** The host read its clock at some moment between the two; only what lies outside of them is surely wrong. */
function offset(hostMs: number, beforeMs: number, afterMs: number): number {
  return Math.round(hostMs < beforeMs ? hostMs - beforeMs : hostMs > afterMs ? hostMs - afterMs : 0)
}

async function unmanagedOf(hypervisor: HypervisorDriver): Promise<UnmanagedVm[]> {
  return (await hypervisor.listVms()).filter(({ owner, name }) => owner === undefined && !name.startsWith(probePrefix)).map(({ domainUuid, name, power }) => ({ uuid: domainUuid, name, power }))
}

interface NamedPool { name: string; ref: PoolRef }

/** Whose the pools are, as far as libvirt has them yet. */
async function claims(hypervisor: HypervisorDriver | undefined, pools: readonly NamedPool[]): Promise<Looked['pools']> {
  const found: Looked['pools'] = []
  for (const { name, ref } of pools) {
    const claim = await hypervisor?.poolFacts(ref).then(() => readClaim(hypervisor, ref)).catch((error: unknown): Claim | 'unread' => {
      if (error instanceof KloudakError && ['NOT_FOUND', 'WRONG_STATE', 'INTERNAL'].includes(error.code)) return 'unread'
      throw error
    })
    found.push({ name, path: ref.path, source: ref.source?.kind, claim: claim ?? 'unread' })
  }
  return found
}

async function keep(context: HostContext, { points, discovery, unmanagedVms, facts }: { points: CheckPoint[]; discovery: Discovery; unmanagedVms: UnmanagedVm[]; facts: HostFacts | undefined }): Promise<void> {
  const { hostId } = context.input
  await context.write(async (em) => {
    if (facts) {
      const [other] = await em.execute<{ name: string }[]>("select name from host where host_uuid = ? and id <> ? and state <> 'retired'", [facts.hostUuid, hostId])
      if (other) throw new KloudakError('CONFLICT', `This machine is host ${other.name} already (${facts.hostUuid}).`, { remedy: 'Retire one of the two. If they are two machines, give each its own host_uuid in libvirtd.conf.' })
      await em.execute('update host set facts = ?::jsonb, cpus = ?, memory_bytes = ?, host_uuid = ?, observed_at = now() where id = ?', [JSON.stringify({ ...facts, freeMemoryBytes: undefined }), facts.cpus, facts.memoryBytes, facts.hostUuid, hostId])
    }
    await em.execute('update host set discovery = ?::jsonb, discovered_at = now(), checklist = ?::jsonb, checked_at = now(), unmanaged_vms = ?::jsonb where id = ?', [JSON.stringify(discovery), JSON.stringify(points), JSON.stringify(unmanagedVms), hostId])
  })
}
