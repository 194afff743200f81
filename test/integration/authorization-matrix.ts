// Who may use which root field: one row for each field of Query, Mutation and Subscription. The test beside this file
// asks every field as everybody and compares. A field without a row fails, so the table grows with the schema.
import { encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import type { Permission } from '../../server/model/permissions.ts'

/**
 * What a caller needs:
 * - `nothing`: not even to be signed in
 * - `sign-in`: an account
 * - `sight`: to be a member of the workspace; for others its things are not there
 * - a permission: that one in the workspace; members without it are FORBIDDEN, others find nothing
 * - `superuser`: to be one; all others are FORBIDDEN
 * - `superuser's sight`: to be one; for all others such things are not there
 */
export type Needs = 'nothing' | 'sign-in' | 'sight' | 'superuser' | "superuser's sight" | Permission

/** Ids of the things in the workspace that everybody asks about, as clients see them. */
export interface Things { workspace: string; area: string; host: string; pool: string; template: string; instanceType: string; image: string; network: string; vm: string; affinityGroup: string; drift: string; task: string; user: string; member: string; cursor: string }

/** For what an operation uses up: made for one call, in the same workspace. Ids as clients see them. */
export interface Fresh {
  name: string
  vm(power?: 'running' | 'stopped' | 'paused'): Promise<string>
  network(): Promise<string>
  affinityGroup(): Promise<string>
  /** The name of somebody who is a member of nothing. */
  username(): Promise<string>
  /** A member who may nothing but see. */
  member(): Promise<string>
  /** Of a VM that is stopped. */
  vmInterface(): Promise<string>
  /** A subnet of a network that nobody uses. */
  subnet(): Promise<string>
  /** Something that operators offer and nothing uses. */
  offer(type: 'Area' | 'Template' | 'InstanceType' | 'Image'): Promise<string>
  /** A task of `createVm`. */
  task(state: 'running' | 'stuck'): Promise<string>
  /** A host that is being enrolled, has shown a key and waits for its confirmation. */
  newHost(): Promise<string>
  /** A host that is down. */
  downHost(): Promise<string>
  /** A device of a host of its own. */
  fenceDevice(): Promise<string>
  /** A host that is frozen, as a worker has seen it. */
  frozenHost(): Promise<string>
  /** A pool with nothing in it, in an area whose hosts are all up. */
  pool(): Promise<string>
  /** A difference between books and hosts that can be repaired. */
  drift(): Promise<string>
  user(): Promise<string>
}

export interface Row {
  needs: Needs
  /** The field's arguments, or nothing. Whoever may use the field must succeed with them, each time anew. */
  args?: (things: Things, fresh: Fresh) => string | Promise<string>
  /** Why a caller who may use the field gets another answer than success: the code that it gets. */
  allowedAnswer?: string
  /** The list holds what is the caller's own, so that it may be empty. */
  isOwn?: true
}

const id = (name: keyof Things) => (things: Things) => `id: "${things[name]}"`

/** The input of a verb on a VM that is in this state. */
const power = (state: 'running' | 'stopped' | 'paused') => async (_things: Things, fresh: Fresh) => `input: { vmId: "${await fresh.vm(state)}" }`
/** The input of an operator's act on something that is offered. */
const offered = (type: 'Area' | 'Template' | 'InstanceType' | 'Image', more = '') => async (_things: Things, fresh: Fresh) => `input: { ${type[0]!.toLowerCase()}${type.slice(1)}Id: "${await fresh.offer(type)}"${more} }`
const follow = ({ workspace, cursor }: Things) => `workspaceId: "${workspace}", after: "${cursor}"`

export const matrix: Record<'Query' | 'Mutation' | 'Subscription', Record<string, Row>> = {
  Query: {
    affinityGroups: { needs: 'sight' },
    addresses: { needs: 'sight', args: ({ network }) => `networkId: "${network}"` },
    apiTokens: { needs: 'sign-in', isOwn: true },
    areas: { needs: 'sign-in' },
    auditEntries: { needs: 'user:edit', args: ({ workspace }) => `workspaceId: "${workspace}"` },
    explainPlacement: { needs: 'superuser', args: () => 'input: { vcpus: 1, memoryBytes: 1073741824 }' },
    drifts: { needs: 'superuser' },
    eventCursor: { needs: 'sign-in' },
    host: { needs: "superuser's sight", args: id('host') },
    hostDifferences: { needs: 'superuser', args: ({ host }) => `hostId: "${host}"` },
    hostStats: { needs: 'superuser', args: ({ host }) => `hostId: "${host}"` },
    hosts: { needs: 'superuser' },
    images: { needs: 'sign-in' },
    installation: { needs: 'nothing' },
    instanceTypes: { needs: 'sign-in' },
    network: { needs: 'sight', args: id('network') },
    networks: { needs: 'sight' },
    node: { needs: 'sight', args: id('vm') },
    nodes: { needs: 'sight', args: ({ vm, workspace, network, task }) => `ids: ["${vm}", "${workspace}", "${network}", "${task}"]` },
    placementPolicies: { needs: 'superuser' },
    poolStats: { needs: 'superuser', args: ({ pool }) => `poolId: "${pool}"` },
    pools: { needs: 'superuser' },
    task: { needs: 'sight', args: id('task') },
    tasks: { needs: 'sight' },
    templates: { needs: 'sign-in' },
    users: { needs: 'superuser' },
    viewer: { needs: 'nothing' },
    vm: { needs: 'sight', args: id('vm') },
    vmStats: { needs: 'sight', args: ({ vm }) => `vmId: "${vm}"` },
    vms: { needs: 'sight', args: ({ workspace }) => `workspaceId: "${workspace}"` },
    workspace: { needs: 'sight', args: id('workspace') },
    workspaces: { needs: 'sign-in' },
  },
  Mutation: {
    addFenceDevice: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.downHost()}", kind: SIMULATED }` },
    addMember: { needs: 'user:add', args: async ({ workspace }, fresh) => `input: { workspaceId: "${workspace}", username: "${await fresh.username()}", role: VIEWER }` },
    addSubnet: { needs: 'network:edit', args: async (_things, fresh) => `input: { networkId: "${await fresh.network()}", subnet: { cidr: "10.9.0.0/24" } }` },
    attachInterface: { needs: 'vm:edit', args: async (_things, fresh) => `input: { vmId: "${await fresh.vm('stopped')}", networkId: "${await fresh.network()}" }` },
    cancelDrain: { needs: 'superuser', args: ({ host }) => `input: { hostId: "${host}" }`, allowedAnswer: 'WRONG_STATE' },
    cancelTask: { needs: 'vm:add', args: async (_things, fresh) => `input: { taskId: "${await fresh.task('running')}" }` },
    checkHost: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}" }` },
    changePassword: { needs: 'sign-in', args: () => 'input: { currentPassword: "correct horse battery", newPassword: "another long password" }' },
    confirmHostDown: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.downHost()}" }` },
    confirmHostKey: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}", fingerprint: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" }` },
    copyImage: { needs: 'superuser', args: async ({ image }, fresh) => `input: { imageId: "${image}", poolId: "${await fresh.pool()}" }` },
    createAffinityGroup: { needs: 'vm:add', args: ({ workspace }, { name }) => `input: { workspaceId: "${workspace}", name: "${name}", policy: AFFINITY, strength: SOFT }` },
    createApiToken: { needs: 'sign-in', args: () => 'input: { name: "program", scopes: [{ permissions: ["vm:edit"] }] }' },
    createArea: { needs: 'superuser', args: (_things, { name }) => `input: { name: "${name}" }` },
    createInstanceType: { needs: 'superuser', args: (_things, { name }) => `input: { name: "${name}", vcpus: 1, memoryBytes: 134217728, diskBytes: 1073741824 }` },
    createNetwork: { needs: 'network:add', args: ({ workspace, area }, { name }) => `input: { workspaceId: "${workspace}", areaId: "${area}", name: "${name}", subnets: [{ cidr: "10.1.0.0/24" }] }` },
    createPool: { needs: 'superuser', args: ({ area }, { name }) => `input: { areaId: "${area}", name: "${name}", dir: { path: "/srv/${name}" } }` },
    createPublicNetwork: { needs: 'superuser', args: ({ area }, { name }) => `input: { areaId: "${area}", name: "${name}", subnets: [{ cidr: "192.0.2.0/24" }] }` },
    createTemplate: { needs: 'superuser', args: ({ image }, { name }) => `input: { name: "${name}", os: "Debian", imageId: "${image}", vcpus: 1, memoryBytes: 134217728, diskBytes: 1073741824 }` },
    createUser: { needs: 'superuser', args: () => `input: { username: "user-${newId()}" }` },
    createVm: { needs: 'vm:add', args: ({ workspace, template, area }, { name }) => `input: { workspaceId: "${workspace}", templateId: "${template}", areaId: "${area}", name: "${name}" }` },
    createWorkspace: { needs: 'sign-in', args: (_things, fresh) => `input: { name: "${fresh.name}" }` },
    deleteAffinityGroup: { needs: 'vm:edit', args: async (_things, fresh) => `input: { groupId: "${await fresh.affinityGroup()}" }` },
    deleteArea: { needs: 'superuser', args: offered('Area') },
    deleteImage: { needs: 'superuser', args: offered('Image') },
    deleteInstanceType: { needs: 'superuser', args: offered('InstanceType') },
    deleteNetwork: { needs: 'network:delete', args: async (_things, fresh) => `input: { networkId: "${await fresh.network()}" }` },
    deletePool: { needs: 'superuser', args: async (_things, fresh) => `input: { poolId: "${await fresh.pool()}" }` },
    deleteTemplate: { needs: 'superuser', args: offered('Template') },
    deleteVm: { needs: 'vm:delete', args: power('stopped') },
    // The workspace is everybody's in this test.
    deleteWorkspace: { needs: 'workspace:delete', args: ({ workspace }) => `input: { workspaceId: "${workspace}", dryRun: true }` },
    detachInterface: { needs: 'vm:edit', args: async (_things, fresh) => `input: { interfaceId: "${await fresh.vmInterface()}" }` },
    disableUser: { needs: 'superuser', args: async (_things, fresh) => `input: { userId: "${await fresh.user()}" }` },
    enableUser: { needs: 'superuser', args: async (_things, fresh) => `input: { userId: "${await fresh.user()}" }` },
    enrolHost: { needs: 'superuser', args: ({ area }, { name }) => `input: { name: "${name}", areaId: "${area}", address: "h-${newId()}.example" }` },
    drainHost: { needs: 'superuser', args: ({ host }) => `input: { hostId: "${host}", dryRun: true }` },
    // There is no other host.
    migrateVm: { needs: 'superuser', args: async (_things, fresh) => `input: { vmId: "${await fresh.vm('running')}" }`, allowedAnswer: 'NO_CAPACITY' },
    importImage: { needs: 'superuser', args: async (_things, fresh) => `input: { name: "${fresh.name}", os: "Debian", url: "https://images.example/a.qcow2", sha256: "${'ab'.repeat(32)}", poolId: "${await fresh.pool()}" }` },
    ignoreDrift: { needs: 'superuser', args: async (_things, fresh) => `input: { driftId: "${await fresh.drift()}" }` },
    openConsole: { needs: 'vm:console', args: async (_things, fresh) => `input: { vmId: "${await fresh.vm('running')}", kind: SERIAL }` },
    prepareHost: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}", publicUplink: "eth1" }` },
    rebootVm: { needs: 'vm:edit', args: power('running') },
    refreshSession: { needs: 'nothing', args: () => 'input: { refreshToken: "nobody\'s" }', allowedAnswer: 'UNAUTHENTICATED' },
    removeFenceDevice: { needs: 'superuser', args: async (_things, fresh) => `input: { deviceId: "${await fresh.fenceDevice()}" }` },
    removeMember: { needs: 'user:delete', args: async (_things, fresh) => `input: { memberId: "${await fresh.member()}" }` },
    removeSubnet: { needs: 'network:edit', args: async (_things, fresh) => `input: { subnetId: "${await fresh.subnet()}" }` },
    repairDrift: { needs: 'superuser', args: async (_things, fresh) => `input: { driftId: "${await fresh.drift()}" }` },
    resetUserPassword: { needs: 'superuser', args: async (_things, fresh) => `input: { userId: "${await fresh.user()}" }` },
    resetVm: { needs: 'vm:edit', args: power('running') },
    restoreArea: { needs: 'superuser', args: offered('Area') },
    restoreImage: { needs: 'superuser', args: offered('Image') },
    restoreInstanceType: { needs: 'superuser', args: offered('InstanceType') },
    restorePool: { needs: 'superuser', args: async (_things, fresh) => `input: { poolId: "${await fresh.pool()}" }` },
    restoreTemplate: { needs: 'superuser', args: offered('Template') },
    restrictHostKey: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}" }` },
    resumeVm: { needs: 'vm:edit', args: power('paused') },
    retireArea: { needs: 'superuser', args: offered('Area') },
    retireHost: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}" }` },
    retireImage: { needs: 'superuser', args: offered('Image') },
    retireInstanceType: { needs: 'superuser', args: offered('InstanceType') },
    retirePool: { needs: 'superuser', args: async (_things, fresh) => `input: { poolId: "${await fresh.pool()}" }` },
    retireTemplate: { needs: 'superuser', args: offered('Template') },
    retryTask: { needs: 'vm:add', args: async (_things, fresh) => `input: { taskId: "${await fresh.task('stuck')}" }` },
    returnHostToService: { needs: 'superuser', args: ({ host }) => `input: { hostId: "${host}" }` },
    reviewHost: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.frozenHost()}" }` },
    revokeApiToken: { needs: 'sign-in', args: () => `input: { tokenId: "${encodeId('ApiToken', newId())}" }`, allowedAnswer: 'NOT_FOUND' },
    setDriftPolicy: { needs: 'superuser', args: ({ area }) => `input: { areaId: "${area}", reportOnly: [PORT_VLAN] }` },
    setDefaultQuota: { needs: 'superuser', args: () => 'input: { limits: [{ resource: ROUTERS, limit: 3 }] }' },
    setPoolMaintenance: { needs: 'superuser', args: async (_things, fresh) => `input: { poolId: "${await fresh.pool()}", maintenance: true }` },
    setHostMaintenance: { needs: 'superuser', args: ({ host }) => `input: { hostId: "${host}", dryRun: true }` },
    setSuperuser: { needs: 'superuser', args: async (_things, fresh) => `input: { userId: "${await fresh.user()}", superuser: true }` },
    setWorkspaceQuota: { needs: 'superuser', args: ({ workspace }) => `input: { workspaceId: "${workspace}", limits: [{ resource: ROUTERS, limit: 3 }] }` },
    setVmPassword: { needs: 'vm:password', args: async (_things, fresh) => `input: { vmId: "${await fresh.vm('running')}", password: "a new one" }` },
    shutdownVm: { needs: 'vm:edit', args: power('running') },
    signIn: { needs: 'nothing', args: (_things, fresh) => `input: { username: "${fresh.name}", password: "a wrong password" }`, allowedAnswer: 'UNAUTHENTICATED' },
    signOut: { needs: 'nothing', args: () => 'input: {}' },
    signUp: { needs: 'nothing', args: () => 'input: { username: "admin", password: "correct horse battery", email: "admin@example.com" }', allowedAnswer: 'CONFLICT' },
    startVm: { needs: 'vm:edit', args: power('stopped') },
    stopVm: { needs: 'vm:edit', args: power('running') },
    suspendVm: { needs: 'vm:edit', args: power('running') },
    updateAffinityGroup: { needs: 'vm:edit', args: async (_things, fresh) => `input: { groupId: "${await fresh.affinityGroup()}", name: "${fresh.name}" }` },
    testFenceDevice: { needs: 'superuser', args: async (_things, fresh) => `input: { deviceId: "${await fresh.fenceDevice()}" }` },
    updateArea: { needs: 'superuser', args: async (things, fresh) => offered('Area', `, name: "${fresh.name}"`)(things, fresh) },
    updateHost: { needs: 'superuser', args: async (_things, fresh) => `input: { hostId: "${await fresh.newHost()}", rack: "a" }` },
    updateImage: { needs: 'superuser', args: async (things, fresh) => offered('Image', `, name: "${fresh.name}"`)(things, fresh) },
    updateInstallation: { needs: 'superuser', args: () => 'input: { signUpOpen: true }' },
    updateInstanceType: { needs: 'superuser', args: async (things, fresh) => offered('InstanceType', `, name: "${fresh.name}"`)(things, fresh) },
    updateMember: { needs: 'user:edit', args: async (_things, fresh) => `input: { memberId: "${await fresh.member()}", role: VIEWER }` },
    updateNetwork: { needs: 'network:edit', args: async (_things, fresh) => `input: { networkId: "${await fresh.network()}", name: "${fresh.name}" }` },
    updatePool: { needs: 'superuser', args: async (_things, fresh) => `input: { poolId: "${await fresh.pool()}", diskOvercommit: 2 }` },
    updateProfile: { needs: 'sign-in', args: () => 'input: { email: "somebody@example.com" }' },
    updateSubnet: { needs: 'network:edit', args: async (_things, fresh) => `input: { subnetId: "${await fresh.subnet()}", reserved: [{ first: "10.0.0.9", last: "10.0.0.9" }] }` },
    updateTemplate: { needs: 'superuser', args: async (things, fresh) => offered('Template', `, name: "${fresh.name}"`)(things, fresh) },
    updateVm: { needs: 'vm:edit', args: async (_things, fresh) => `input: { vmId: "${await fresh.vm()}", name: "${fresh.name}" }` },
    updateWorkspace: { needs: 'workspace:edit', args: ({ workspace }, { name }) => `input: { workspaceId: "${workspace}", name: "${name}" }` },
  },
  Subscription: {
    events: { needs: 'sight', args: follow },
    hostStats: { needs: 'superuser', args: ({ host }) => `hostId: "${host}"` },
    taskChanged: { needs: 'sight', args: follow },
    usageChanged: { needs: 'sight', args: follow },
    vmChanged: { needs: 'sight', args: follow },
    vmStats: { needs: 'sight', args: ({ vm }) => `vmId: "${vm}"` },
    workspaceChanged: { needs: 'sight', args: follow },
  },
}

/** For `node(id)`: what each type of node needs to be read by its id. A node type without a row fails. */
export const nodes: Record<string, { needs: Needs; id: (things: Things) => string }> = {
  Workspace: { needs: 'sight', id: ({ workspace }) => workspace },
  Area: { needs: 'sign-in', id: ({ area }) => area },
  Host: { needs: "superuser's sight", id: ({ host }) => host },
  Pool: { needs: "superuser's sight", id: ({ pool }) => pool },
  Drift: { needs: "superuser's sight", id: ({ drift }) => drift },
  // These three are for the workspace alone; what is public needs no more than an account.
  Template: { needs: 'sight', id: ({ template }) => template },
  InstanceType: { needs: 'sight', id: ({ instanceType }) => instanceType },
  Image: { needs: 'sight', id: ({ image }) => image },
  Network: { needs: 'sight', id: ({ network }) => network },
  VM: { needs: 'sight', id: ({ vm }) => vm },
  AffinityGroup: { needs: 'sight', id: ({ affinityGroup }) => affinityGroup },
  Task: { needs: 'sight', id: ({ task }) => task },
  Member: { needs: 'sight', id: ({ member }) => member },
  User: { needs: 'sight', id: ({ user }) => user },
}

