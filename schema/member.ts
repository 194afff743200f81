import { countMembers, findMembers, heldBy, lastOwners, listMembers, memberPermit } from '../server/app/member-read.ts'
import type { Membership } from '../server/db/entities/people.ts'
import { usernamesOf } from '../server/db/queries/people.ts'
import type { Allowed } from '../server/model/vm.ts'
import { roleOf } from '../server/model/permissions.ts'
import type { Role } from '../server/model/permissions.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { UserType } from './user.ts'
import { WorkspaceType } from './workspace.ts'

export const WorkspaceRoleType = builder.enumType('WorkspaceRole', {
  description: 'A preset of permissions.',
  values: {
    OWNER: { value: 'owner' satisfies Role, description: 'All permissions.' },
    OPERATOR: { value: 'operator' satisfies Role, description: 'Makes and changes VMs, networks, routers, volumes and images, and opens consoles; deletes nothing and lets nobody in.' },
    VIEWER: { value: 'viewer' satisfies Role, description: 'None: sees everything in the workspace.' },
  },
})

interface Permit { allowed: boolean; reason: string | null }
const permitOf = (allowed: Allowed): Permit => ({ allowed: allowed === true, reason: allowed === true ? null : allowed })

const MemberPermitType = builder.objectRef<Permit>('MemberPermit').implement({
  description: 'Whether you may do something to a member now.',
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed', { description: 'Whether you may.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why not, as a sentence; null when you may.' }),
  }),
})

const MemberPermitsType = builder.objectRef<{ member: Membership; isLastOwner: boolean }>('MemberPermits').implement({
  description: 'What you may do to a member now: nobody changes or removes who holds more than they do, and the last owner stays.',
  fields: (t) => ({
    update: t.field({ type: MemberPermitType, description: 'Whether you may change what they may do.', resolve: ({ member, isLastOwner }, _args, { actor }) => permitOf(memberPermit('update', actor, member, isLastOwner)) }),
    remove: t.field({ type: MemberPermitType, description: 'Whether you may remove them; for yourself, whether you may leave.', resolve: ({ member, isLastOwner }, _args, { actor }) => permitOf(memberPermit('remove', actor, member, isLastOwner)) }),
  }),
})

export const MemberType = builder.loadableNodeRef('Member', {
  load: (ids: string[], context: Context) => findMembers(context, ids),
  id: { resolve: ({ id }: Membership) => id },
  sort: ({ id }: Membership) => id,
})

MemberType.implement({
  description: 'Somebody\'s membership of a workspace. Whoever is a member sees everything in it; what they may do beyond that are their permissions.',
  fields: (t) => ({
    workspace: t.field({ type: WorkspaceType, description: 'The workspace.', resolve: ({ workspace }) => workspace }),
    user: t.field({ type: UserType, description: 'Who it is.', resolve: ({ user }) => user }),
    username: t.loadable({
      type: 'String',
      description: 'The name that they sign in with.',
      load: async (ids: string[], { em }: Context) => {
        const names = await usernamesOf(em, ids)
        return ids.map((id) => names.get(id) ?? '')
      },
      resolve: ({ user }) => user,
    }),
    isYou: t.boolean({ description: 'Whether it is your own membership.', resolve: ({ user }, _args, { actor }) => user === actor?.id }),
    permissions: t.stringList({ description: 'What they may do beyond seeing, as codes such as `vm:edit`.', resolve: ({ permissions }) => permissions }),
    role: t.field({ type: WorkspaceRoleType, nullable: true, description: 'The preset that has exactly these permissions; null when none has.', resolve: (member) => roleOf(heldBy(member)) }),
    can: t.loadable({
      type: MemberPermitsType,
      description: 'What you may do to them now, and if not, why.',
      load: async (members: Membership[], { em }: Context) => {
        const last = await lastOwners(em, members)
        return members.map((member) => ({ member, isLastOwner: last.has(member.id) }))
      },
      resolve: (member) => member,
    }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when they are a member.' }),
  }),
})

const MemberConnection = builder.connectionObject(
  { type: MemberType, name: 'MemberConnection', description: 'One page of members.' },
  { name: 'MemberEdge', description: 'A member with its cursor.' },
)

builder.objectField(WorkspaceType, 'members', (t) => t.connection({
  type: MemberType,
  description: 'Its members, in the order in which they joined.',
  resolve: ({ id }, args, context) => pageWithTotal(args, (page) => listMembers(context, id, page), () => countMembers(context, id)),
}, MemberConnection))
