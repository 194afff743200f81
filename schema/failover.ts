import { isOperator } from '../server/app/reader.ts'
import { devicesOfHosts, newestOutages, silenceOf } from '../server/db/queries/failover-read.ts'
import type { HostSilence, SeenFenceDevice, SeenOutage, SeenProof } from '../server/db/queries/failover-read.ts'
import type { FenceDeviceKind, ProofMethod } from '../server/model/fence.ts'
import { builder } from './builder.ts'
import { encodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { loaderOf } from './loader.ts'
import { UserType } from './user.ts'
import { VmType } from './vm.ts'

export const FenceDeviceKindType = builder.enumType('FenceDeviceKind', {
  description: 'How a host is switched off from outside, or cut off.',
  values: {
    IPMI: { value: 'ipmi' satisfies FenceDeviceKind, description: 'By its management board, over IPMI 2.0 (fence_ipmilan).' },
    REDFISH: { value: 'redfish' satisfies FenceDeviceKind, description: 'By its management board, over Redfish (fence_redfish).' },
    LIBVIRT: { value: 'libvirt' satisfies FenceDeviceKind, description: 'The host is a VM itself: by the machine that it runs on (fence_virsh).' },
    CEPH: { value: 'ceph' satisfies FenceDeviceKind, description: 'Its storage cuts it off: Ceph serves its address no more (ceph osd blocklist). For hosts whose VMs have all of their disks in Ceph.' },
    MANUAL: { value: 'manual' satisfies FenceDeviceKind, description: 'By a person, who says so with confirmHostDown.' },
    SIMULATED: { value: 'simulated' satisfies FenceDeviceKind, description: 'For simulated hosts alone.' },
  },
})

export const FenceDeviceType = builder.objectRef<SeenFenceDevice>('FenceDevice').implement({
  description: 'A device that can switch a host off. Its password is never shown.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: ({ id }) => encodeId('FenceDevice', id) }),
    kind: t.expose('kind', { type: FenceDeviceKindType, description: 'How it is asked.' }),
    address: t.exposeString('address', { nullable: true, description: 'Where it is reached.' }),
    port: t.exposeInt('port', { nullable: true, description: 'Its port, where that is not the usual one.' }),
    username: t.exposeString('username', { nullable: true, description: 'Who signs in there.' }),
    hasPassword: t.exposeBoolean('hasPassword', { description: 'Whether it was given a password.' }),
    cipher: t.int({ nullable: true, description: 'IPMI: the cipher suite; null for 17.', resolve: ({ options }) => options.cipher ?? null }),
    insecure: t.boolean({ nullable: true, description: 'Redfish: whether any certificate is believed.', resolve: ({ options }) => options.insecure ?? null }),
    plug: t.string({ nullable: true, description: 'Redfish: the system; libvirt: the domain that is the host.', resolve: ({ options }) => options.plug ?? null }),
    testedAt: t.expose('testedAt', { type: 'DateTime', nullable: true, description: 'When it was last asked by testFenceDevice.' }),
    testResult: t.exposeString('testResult', { nullable: true, description: 'What it said then: `on`, `off`, or what went wrong.' }),
  }),
})

const ProofMethodType = builder.enumType('FenceProofMethod', {
  description: 'What proves that the VMs of a host cannot be running there.',
  values: {
    DEVICE: { value: 'device' satisfies ProofMethod, description: 'A fence device switched it off and says that it is off.' },
    STORAGE: { value: 'storage' satisfies ProofMethod, description: 'Its storage has cut it off: what still runs there writes no more.' },
    OPERATOR: { value: 'operator' satisfies ProofMethod, description: 'A person confirmed that it is off.' },
  },
})

const FenceProofType = builder.objectRef<SeenProof>('FenceProof').implement({
  description: 'The proof that a host is off: without one, none of its VMs starts elsewhere.',
  fields: (t) => ({
    method: t.expose('method', { type: ProofMethodType, description: 'What kind of proof it is.' }),
    detail: t.exposeString('detail', { description: 'The proof as a sentence.' }),
    user: t.field({ type: UserType, nullable: true, description: 'Who confirmed it, for a person\'s word.', resolve: ({ userId }) => userId }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When switching it off was decided.' }),
    confirmedAt: t.expose('confirmedAt', { type: 'DateTime', description: 'When it was proven to be off.' }),
  }),
})

const HostFailoverType = builder.objectRef<SeenOutage>('HostFailover').implement({
  description: 'A host\'s outage: what is proven of it, and what became of its VMs.',
  fields: (t) => ({
    silentSince: t.expose('silentSince', { type: 'DateTime', description: 'Since when it was not heard.' }),
    downAt: t.expose('downAt', { type: 'DateTime', description: 'When it was held to be down.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it was heard again; null while the outage lasts.' }),
    proof: t.field({ type: FenceProofType, nullable: true, description: 'The proof that it is off; null as long as there is none.', resolve: ({ proof }) => proof }),
    missing: t.exposeString('missing', { nullable: true, description: 'What keeps its VMs from starting elsewhere, as a sentence.' }),
    recovered: t.exposeInt('recovered', { description: 'How many of its VMs were given to other hosts.' }),
    waiting: t.exposeInt('waiting', { description: 'How many are still on it in the books: they wait for the proof, for their turn or for room.' }),
  }),
})

const devicesLoader = loaderOf(async (hostIds, { em }): Promise<SeenFenceDevice[][]> => {
  const byHost = Map.groupBy(await devicesOfHosts(em, hostIds), ({ hostId }) => hostId)
  return hostIds.map((id) => byHost.get(id) ?? [])
})
const outageLoader = loaderOf(async (hostIds, { em }): Promise<(SeenOutage | null)[]> => {
  const byHost = new Map((await newestOutages(em, hostIds)).map((outage) => [outage.hostId, outage]))
  return hostIds.map((id) => byHost.get(id) ?? null)
})
const silenceLoader = loaderOf(async (hostIds, { em }): Promise<(HostSilence | null)[]> => {
  const byHost = new Map((await silenceOf(em, hostIds)).map((host) => [host.id, host]))
  return hostIds.map((id) => byHost.get(id) ?? null)
})

builder.objectFields(HostType, (t) => ({
  fenceDevices: t.field({ type: [FenceDeviceType], complexity: { field: 1, multiplier: 2 }, description: 'The devices that can switch it off, in the order in which they are tried.', resolve: ({ id }, _args, context) => devicesLoader(context).load(id) }),
  failover: t.field({ type: HostFailoverType, nullable: true, description: 'Its newest outage, which may be over; null when it never had one.', resolve: ({ id }, _args, context) => outageLoader(context).load(id) }),
}))

/** For tenants without a word of hosts that they do not see. */
function unknownReason(host: HostSilence, isForOperator: boolean): string {
  if (host.isFrozen) return 'Its host waits for an operator\'s review.'
  if (host.state === 'up') return 'Its host has not reported it yet.'
  if (host.isProven) return 'Its host has failed, and is proven to be off: the VM starts on another one.'
  const missing = isForOperator && host.missing ? ` ${host.missing}` : ''
  return `Its host does not answer. The VM may still be running there: it starts on another one once that is proven to be off.${missing}`
}

builder.objectFields(VmType, (t) => ({
  recoveryPriority: t.exposeInt('recoveryPriority', { description: 'From 0 to 100: when a host fails, its VMs of the highest priority start first on others.' }),
  unknownReason: t.string({
    nullable: true,
    description: 'Why nobody knows whether it runs, as a sentence; null when that is known.',
    resolve: async ({ phase, observedPower, host }, _args, context) => {
      if (phase !== 'ready' || observedPower !== 'unknown') return null
      const found = await silenceLoader(context).load(host)
      return found && unknownReason(found, isOperator(context.actor))
    },
  }),
}))
