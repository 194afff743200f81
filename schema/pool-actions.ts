import { deletePool, restorePool, retirePool, setPoolMaintenance } from '../server/app/pool-life.ts'
import { createPool, updatePool } from '../server/app/pool.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { NetfsFormatType, PoolType } from './pool.ts'
import { TaskType } from './task.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const DirPoolInput = builder.inputType('DirPoolInput', {
  description: 'A folder that the operator keeps the same on all hosts.',
  fields: (t) => ({ path: t.string({ required: true, description: 'Where every host has it: there already, and mounted. Kloudak never makes it.' }) }),
})

const NetfsPoolInput = builder.inputType('NetfsPoolInput', {
  description: 'A network file system that the hosts mount.',
  fields: (t) => ({
    format: t.field({ type: NetfsFormatType, required: true, description: 'Which one.' }),
    hosts: t.stringList({ required: true, description: 'Its servers as the hosts reach them, best by their storage network: one of NFS; of GlusterFS up to 16, the first to mount from, the others for when it is away.' }),
    sourcePath: t.string({ required: true, description: 'What the servers export: /export/pool of NFS, /volume of GlusterFS.' }),
    path: t.string({ required: true, description: 'Where every host mounts it: a folder of its own, such as /srv/kloudak/pool-1. It is made where it is missing.' }),
  }),
})

const RbdPoolInput = builder.inputType('RbdPoolInput', {
  description: 'A pool of a Ceph cluster.',
  fields: (t) => ({
    monitors: t.stringList({ required: true, description: 'The monitors as the hosts reach them: 10.0.0.1, 10.0.0.1:6789 or [fd00::1]:3300; at most 16.' }),
    pool: t.string({ required: true, description: 'The name of the pool in Ceph. It must be there.' }),
    user: t.string({ required: true, description: 'The user of Ceph, without "client.", with the profile rbd on this pool.' }),
    secret: t.string({ required: true, description: 'The user\'s key, as `ceph auth get-key` prints it. It is kept sealed, given to the hosts, and told to nobody.' }),
  }),
})

const payload = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  pool: t.field({ type: PoolType, nullable: true, description: 'The pool; null when a dry run made none, or a repetition finds it gone.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that works on the hosts; null for a dry run, and when there is nothing to do on them.' }),
})

const named = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({ poolId: t.id({ required: true, description: 'The pool.' }) })
const idOf = <Input extends { poolId: string }>(input: Input) => ({ ...input, poolId: decodeId('Pool', input.poolId, 'poolId') })

interface Answer { pool: string; task: string | null }

/** A mutation about one pool that is there. */
async function answer<Input extends { poolId: string }>(verb: (context: Context, input: Input) => Promise<{ objectId: string; taskId: string | null }>, input: Input, context: Context): Promise<Answer> {
  const { objectId, taskId } = await verb(context, idOf(input))
  return { pool: objectId, task: taskId }
}

mutation('createPool', {
  description: 'Makes a pool on every host of an area: exactly one of `dir`, `netfs` and `rbd`. The task starts it on each host that is up and proves that all have the same storage, which is no other Kloudak\'s; when that fails everything is taken back and the pool is FAILED. Hosts that come later are given it. For superusers.',
  input: (t) => ({
    areaId: t.id({ required: true, description: 'The area.' }),
    name: t.string({ required: true, description: 'Its name, unique in the area: 1 to 63 characters.' }),
    dir: t.field({ type: DirPoolInput, description: 'A folder that is mounted already.' }),
    netfs: t.field({ type: NetfsPoolInput, description: 'A network file system to mount.' }),
    rbd: t.field({ type: RbdPoolInput, description: 'A pool of Ceph.' }),
    wipeOnDelete: t.boolean({ description: 'Whether a deleted disk is overwritten with zeroes first; false when not given.' }),
    diskOvercommit: t.float({ description: 'How often its size may be promised, from 1 to 100; 4 when not given.' }),
  }),
  payload,
  resolve: async (input, context) => {
    const { objectId, taskId } = await createPool(context, { ...input, areaId: decodeId('Area', input.areaId, 'areaId') })
    return { pool: objectId, task: taskId }
  },
})

mutation('updatePool', {
  description: 'Changes what is given of a pool. Another secret is given to the hosts by a task. For superusers.',
  input: (t) => ({
    ...named(t),
    name: t.string({ description: 'Its new name. Hosts keep the one that it was made under.' }),
    wipeOnDelete: t.boolean({ description: 'Whether a deleted disk is overwritten with zeroes first.' }),
    diskOvercommit: t.float({ description: 'How often its size may be promised, from 1 to 100. What was promised stays.' }),
    secret: t.string({ description: 'Another key of its user of Ceph.' }),
  }),
  payload,
  resolve: (input, context) => answer(updatePool, input, context),
})

mutation('setPoolMaintenance', {
  description: 'Begins or ends a pool\'s maintenance. In it nothing new is put into the pool and no VM with a disk in it is started; those that run go on. It ends with a task, once every host is proven to have the same storage. For superusers.',
  input: (t) => ({ ...named(t), maintenance: t.boolean({ required: true, description: 'Whether it shall be in maintenance.' }) }),
  payload,
  resolve: (input, context) => answer(setPoolMaintenance, input, context),
})

mutation('retirePool', {
  description: 'Puts no new disks and images into a pool any more; what is in it goes on. For superusers.',
  input: named,
  payload,
  resolve: (input, context) => answer(retirePool, input, context),
})

mutation('restorePool', {
  description: 'Takes the retirement of a pool back. For superusers.',
  input: named,
  payload,
  resolve: (input, context) => answer(restorePool, input, context),
})

mutation('deletePool', {
  description: 'Takes a pool without disks off all hosts. What is in its storage stays there; only Kloudak\'s marker goes. For superusers.',
  input: named,
  payload,
  resolve: (input, context) => answer(deletePool, input, context),
})
