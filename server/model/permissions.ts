import type { VmAction } from './vm.ts'

/** What a member may do beyond seeing: stored as codes, one by one (decision 19). */
export const permissions = [
  'vm:add', 'vm:edit', 'vm:delete', 'vm:console', 'vm:password',
  'network:add', 'network:edit', 'network:delete',
  'router:add', 'router:edit', 'router:delete',
  'user:add', 'user:edit', 'user:delete',
  'volume:add', 'volume:edit', 'volume:delete',
  'image:add', 'image:edit', 'image:delete',
  'workspace:edit', 'workspace:delete',
] as const
export type Permission = (typeof permissions)[number]

const toRun: readonly Permission[] = ['vm', 'network', 'router', 'volume', 'image'].flatMap((thing) => [`${thing}:add`, `${thing}:edit`] as Permission[])

/** The presets. An owner is who holds everything, a viewer who holds nothing; an operator makes and runs things, but deletes none and lets nobody in. */
export const roles = {
  owner: permissions,
  operator: [...toRun, 'vm:console'],
  viewer: [],
} as const satisfies Record<string, readonly Permission[]>
export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as Role[]

/** The preset that has exactly these permissions. */
export function roleOf(held: ReadonlySet<Permission>): Role | undefined {
  return roleNames.find((role) => roles[role].length === held.size && (roles[role] as readonly Permission[]).every((permission) => held.has(permission)))
}

export const isPermission = (code: string): code is Permission => (permissions as readonly string[]).includes(code)

/** The permission that each act on a VM needs: the one table of them. */
export const vmActionPermission = {
  start: 'vm:edit', shutdown: 'vm:edit', stop: 'vm:edit', reboot: 'vm:edit', reset: 'vm:edit', suspend: 'vm:edit', resume: 'vm:edit',
  update: 'vm:edit', attachInterface: 'vm:edit', detachInterface: 'vm:edit', setPassword: 'vm:password', delete: 'vm:delete', openConsole: 'vm:console',
} as const satisfies Record<VmAction, Permission>

/** The mutation of each act. */
const vmActionMethod: Record<VmAction, string> = {
  start: 'startVm', shutdown: 'shutdownVm', stop: 'stopVm', reboot: 'rebootVm', reset: 'resetVm', suspend: 'suspendVm', resume: 'resumeVm',
  update: 'updateVm', attachInterface: 'attachInterface', detachInterface: 'detachInterface', setPassword: 'setVmPassword', delete: 'deleteVm', openConsole: 'openConsole',
}

/** Who administers the members of a workspace, owners above all, reads its audit and from where its tasks were asked for. */
export const auditPermission = 'user:edit' satisfies Permission

/** The permission that each verb on a workspace's things needs; whoever may ask for such work may also cancel it. */
export const methodPermission: Readonly<Record<string, Permission>> = {
  createVm: 'vm:add',
  createAffinityGroup: 'vm:add', updateAffinityGroup: 'vm:edit', deleteAffinityGroup: 'vm:edit',
  ...Object.fromEntries(Object.entries(vmActionPermission).map(([action, permission]) => [vmActionMethod[action as VmAction], permission])),
  createNetwork: 'network:add', updateNetwork: 'network:edit', deleteNetwork: 'network:delete', addSubnet: 'network:edit', updateSubnet: 'network:edit', removeSubnet: 'network:edit',
  addMember: 'user:add', updateMember: 'user:edit', removeMember: 'user:delete',
  updateWorkspace: 'workspace:edit', deleteWorkspace: 'workspace:delete',
}
