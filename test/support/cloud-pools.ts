// Pools of a running cloud, asked for as any client asks, and images in them.
import { sagaQueue } from '../../jobs/contract/queue.ts'
import { decodeId } from '../../schema/global-id.ts'
import { createTemplate, registerImage } from '../../server/app/inventory.ts'
import type { NewImage, Operator } from '../../server/app/inventory.ts'
import { bossSender, openBoss } from '../../server/db/boss.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import type { Cloud } from './cloud.ts'
import { until } from './until.ts'

export interface CloudPool { id: string; state: string; failure: string | null; kind: string; path: string; capacityBytes: number | null; availableBytes: number | null; promisedBytes: number; hosts: { host: { name: string }; state: string; message: string | null; remedy: string | null }[] }

/** The pool and the task of a mutation about one, or its refusal as text. */
export async function askPool(cloud: Cloud, verb: 'createPool' | 'updatePool' | 'setPoolMaintenance' | 'retirePool' | 'restorePool' | 'deletePool', input: object): Promise<{ id: string; taskId: string | null; refusal: string | undefined }> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const answer = await cloud.ask<Record<string, { pool?: { id: string }; task?: { id: string } | null; code?: string; message?: string }>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { pool { id } task { id } } ... on UserError { code message } } }`, { input })
  const { pool, task, code, message } = answer[verb]!
  return { id: pool?.id ?? '', taskId: task?.id ?? null, refusal: code && `${code}: ${message}` }
}

export async function readPool(cloud: Cloud, id: string): Promise<CloudPool | null> {
  return (await cloud.ask<{ node: CloudPool | null }>('query($id: ID!) { node(id: $id) { ... on Pool { id state failure kind path capacityBytes availableBytes promisedBytes hosts { host { name } state message remedy } } } }', { id })).node
}

/** Waits for the task's end, whatever it is, and gives its state and its error's message. */
export async function endOf(cloud: Cloud, taskId: string | null): Promise<{ state: string; message: string | undefined }> {
  return until('the task to end', async () => {
    const { node } = await cloud.ask<{ node: { state: string; error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { message } } } }', { id: taskId })
    return ['DONE', 'FAILED', 'STUCK', 'CANCELLED'].includes(node.state) && { state: node.state, message: node.error?.message }
  }, 120_000)
}

/** Brings an image into the pool, with a template for each way to clone it, as an operator does; VMs of these lie in this pool then. */
export async function importInto(cloud: Cloud, poolId: string, file: NewImage['file']): Promise<void> {
  const boss = await openBoss({ url: cloud.databaseUrl, applicationName: 'test-import', queues: [sagaQueue], supervise: false, onError: () => {} })
  const act = <T>(work: (operator: Operator) => Promise<T>) => cloud.db.em.fork().transactional((em) => work({ em, sender: bossSender(boss), userId: null, masterKey: cloud.masterKey }))
  try {
    const version = await act((operator) => registerImage(operator, { name: 'guest', os: 'Linux', poolId: decodeId('Pool', poolId, 'poolId'), file }))
    await until('the import to end', async () => {
      const [row] = await cloud.db.em.fork().execute<{ state: string; error: { message: string } | null }[]>('select state, error from task where id = ?', [version.taskId ?? null])
      if (row && ['failed', 'stuck', 'cancelled'].includes(row.state)) throw new Error(`${row.state}: ${row.error?.message}`)
      return row?.state === 'done'
    }, 120_000)
    for (const cloneMode of ['linked', 'full'] as const) {
      await act((operator) => createTemplate(operator, { name: cloneMode, os: 'Linux', description: '', vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 1 * GiB, imageVersionId: version.id, cloneMode }))
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  const books = await cloud.ask<{ templates: { edges: { node: { id: string; name: string } }[] } }>('{ templates(first: 10) { edges { node { id name } } } }')
  for (const { node } of books.templates.edges) if (node.name === 'linked' || node.name === 'full') cloud.templates[node.name] = node.id
}
