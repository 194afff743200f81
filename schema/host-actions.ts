import { checkHost, confirmHostKey, enrolHost } from '../server/app/host-enrol.ts'
import { prepareHost, restrictHostKey } from '../server/app/host-prepare.ts'
import { retireHost, updateHost } from '../server/app/host-update.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { AddressPurposeType, HostMethodType, HostRoleType } from './host-onboarding.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never
type Fields = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>

const HostAddressInput = builder.inputType('HostAddressInput', {
  description: 'An address of a host and what it is for.',
  fields: (t) => ({
    address: t.string({ required: true, description: 'IPv4 or IPv6.' }),
    purpose: t.field({ type: AddressPurposeType, required: true, description: 'What it is for.' }),
  }),
})

const notes = (t: Fields) => ({
  fqdn: t.string({ description: 'Its full name, for example hv1.example.com; an empty text takes it away.' }),
  location: t.string({ description: 'Where it stands; an empty text takes it away.' }),
  rack: t.string({ description: 'In which rack; an empty text takes it away.' }),
  labels: t.stringList({ description: 'Words that placement can ask for, at most 32.' }),
  addresses: t.field({ type: [HostAddressInput], description: 'Its addresses, at most 32.' }),
  roles: t.field({ type: [HostRoleType], description: 'What it is there for.' }),
  methods: t.field({ type: [HostMethodType], description: 'Ways of virtualisation that are recorded, beside those that it proves.' }),
})

const access = (t: Fields) => ({
  sshPort: t.int({ description: 'Where its sshd listens; 22 when it is new.' }),
  sshUser: t.string({ description: 'As whom Kloudak signs in; root when it is new.' }),
  privateKey: t.string({ description: 'A private key that the host lets in, in OpenSSH\'s or PEM form without a passphrase. It is kept sealed and shown to nobody.' }),
  hostKeyFingerprint: t.string({ description: 'What the host\'s key must be, as SHA256:...: it is then trusted without anybody confirming it, and any other one is refused.' }),
})

const payload = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  host: t.field({ type: HostType, nullable: true, description: 'The host; null when a dry run made none.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that works on it; null when there is nothing to do on the host, and for a dry run.' }),
})

const answer = ({ objectId, taskId }: { objectId: string; taskId: string | null }) => ({ host: objectId, task: taskId })
const hostIdOf = (hostId: string) => decodeId('Host', hostId, 'hostId')

mutation('enrolHost', {
  description: 'Takes a Linux machine into the cloud. Its task makes sure of its key, looks at it, holds it against the checklist, and puts it into service when nothing fails; what fails stands there with its remedy: mend it, and look again with checkHost. Without a private key Kloudak makes a pair: paste the host\'s publicKey into its authorized_keys. For superusers.',
  input: (t) => ({
    name: t.string({ required: true, description: 'Its name, unique in this Kloudak: 1 to 63 characters.' }),
    areaId: t.id({ required: true, description: 'The area whose pools and trunk it reaches.' }),
    address: t.string({ required: true, description: 'Where workers reach its sshd: an IP address or a name.' }),
    ...access(t),
    publicBridge: t.string({ description: 'The Open vSwitch bridge of its public networks; public-br when not given.' }),
    trunkBridge: t.string({ description: 'The Open vSwitch bridge of its private networks; private-br when not given.' }),
    ...notes(t),
  }),
  payload,
  resolve: async (input, context) => answer(await enrolHost(context, { ...input, areaId: decodeId('Area', input.areaId, 'areaId') })),
})

mutation('confirmHostKey', {
  description: 'Trusts the key that a host\'s address showed, once somebody has compared its fingerprint on the host itself. The enrolment goes on. For superusers.',
  input: (t) => ({
    hostId: t.id({ required: true, description: 'The host.' }),
    fingerprint: t.string({ required: true, description: 'What the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' }),
  }),
  payload,
  resolve: async (input, context) => answer(await confirmHostKey(context, { ...input, hostId: hostIdOf(input.hostId) })),
})

mutation('checkHost', {
  description: 'Looks at a host again and holds it against the checklist. One that is still being enrolled goes into service when nothing fails. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload,
  resolve: async (input, context) => answer(await checkHost(context, { ...input, hostId: hostIdOf(input.hostId) })),
})

mutation('updateHost', {
  description: 'Changes what is given of a host. Another way to it is tried at once. For superusers.',
  input: (t) => ({
    hostId: t.id({ required: true, description: 'The host.' }),
    name: t.string({ description: 'Its new name.' }),
    address: t.string({ description: 'Where workers reach its sshd now.' }),
    ...access(t),
    reservedVcpus: t.int({ description: 'Processors that VMs never get: 0 to 4096.' }),
    reservedMemoryBytes: t.field({ type: 'Bytes', description: 'Memory that VMs never get.' }),
    ...notes(t),
  }),
  payload,
  resolve: async (input, context) => answer(await updateHost(context, { ...input, hostId: hostIdOf(input.hostId) })),
})

mutation('retireHost', {
  description: 'Takes a host out of the cloud: Kloudak forgets its key, and its name and address are free again. Nothing on the machine is changed. Its VMs must be gone from it first. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload,
  resolve: async (input, context) => answer(await retireHost(context, { ...input, hostId: hostIdOf(input.hostId) })),
})

mutation('prepareHost', {
  description: 'Makes on a host what its checklist misses: Open vSwitch bridges with the uplinks given, and folders of pools when asked for. A dry run says what. The task looks again first, and takes back exactly what it made when it fails. The card with the management address, or any address, is never taken. For superusers.',
  input: (t) => ({
    hostId: t.id({ required: true, description: 'The host.' }),
    publicUplink: t.string({ description: 'The card or bond that becomes the uplink of the public bridge. Without it that bridge is left alone.' }),
    trunkUplink: t.string({ description: 'The card or bond that becomes the uplink of the trunk bridge. Without it that bridge is left alone.' }),
    poolFolders: t.boolean({ description: 'Makes missing folders of the area\'s pools. Only for pools that are plain folders: where storage should be mounted, an empty folder would pass for it.' }),
  }),
  payload,
  resolve: async (input, context) => answer(await prepareHost(context, { ...input, hostId: hostIdOf(input.hostId) })),
})

mutation('restrictHostKey', {
  description: 'Lets the key with which Kloudak signs in to a host do nothing but forward from now on, and proves it before it stays. To prepare the host again, take the restriction away on the host first. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload,
  resolve: async (input, context) => answer(await restrictHostKey(context, { ...input, hostId: hostIdOf(input.hostId) })),
})
