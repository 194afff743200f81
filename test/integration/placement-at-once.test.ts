// Overcommit cannot happen: creates through three server processes and moves through connections of their own, all at once on
// a few hosts. What must hold of the books is asked while they go on, and the room is given out to the last VM.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { retried } from '../../server/app/retry.ts'
import { giveUpMove, promiseElsewhere, settleMove } from '../../server/db/queries/vm-move.ts'
import { permissions } from '../../server/model/permissions.ts'
import { GiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { brokenInvariants } from '../support/invariants.ts'
import { at, useServers } from '../support/servers.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const { db } = api
const em = db.em.fork()
// Eight VMs of 256 MiB to a host.
const world = await makeWorld(db, { hosts: 6, hostMemoryBytes: 2 * GiB })
const room = 6 * 8
const servers = [api.url, ...await useServers(api, 2)]
const user = await api.user({ memberships: { [world.workspaceId]: permissions } })
const clients = servers.map((url) => at(user, url))
let named = 0

async function create(more = ''): Promise<string> {
  const n = named++
  const { data, errors } = await clients[n % clients.length]!.send<{ createVm: { __typename: string; code?: string } }>(`mutation { createVm(input: { workspaceId: "${encodeId('Workspace', world.workspaceId)}", templateId: "${encodeId('Template', world.templateId)}", areaId: "${encodeId('Area', world.areaId)}", name: "vm-${n}"${more} }) { __typename ... on UserError { code } } }`)
  return errors ? errors[0]!.extensions.code : data.createVm.code ?? 'made'
}
const createMany = (count: number, more?: string) => Promise.all(Array.from({ length: count }, () => create(more)))
const vmIds = async () => (await em.execute<{ id: string }[]>('select id from vm order by id')).map(({ id }) => id)

/** Room elsewhere, as a migration or a recovery asks for it; every second one is carried out, the others are given up. */
async function move(vmId: string, index: number): Promise<string> {
  const own = db.em.fork()
  try {
    const hostId = await retried(own, (em) => promiseElsewhere(em, { vmId }))
    await retried(own, (em) => (index % 2 === 0 ? settleMove(em, { vmId, hostId }) : giveUpMove(em, vmId)))
    return 'moved'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

test('200 creates and many moves at once promise nothing twice and leave no room unused', async () => {
  assert.deepEqual(new Set(await createMany(8)), new Set(['made']))
  const movers = await vmIds()
  const end = new AbortController()
  const watching = (async () => {
    let looks = 0
    for (; !end.signal.aborted; looks++) assert.deepEqual(await brokenInvariants(db.em.fork()), {})
    return looks
  })()
  const moving = (async () => {
    const ends: string[] = []
    while (!end.signal.aborted) ends.push(...await Promise.all(movers.map(move)))
    return ends
  })()
  const answers = await createMany(200).finally(() => { end.abort() })
  const moves = await moving
  assert.ok(await watching > 0)
  // A server that is asked for more at once than a client waits for says so.
  assert.deepEqual(answers.filter((answer) => !['made', 'NO_CAPACITY', 'UNAVAILABLE'].includes(answer)), [])
  assert.deepEqual(moves.filter((end) => !['moved', 'NO_CAPACITY', 'UNAVAILABLE'].includes(end)), [])
  assert.ok(moves.includes('moved'))
  // What moves held meanwhile is free again.
  while ((await vmIds()).length < room && (await create()) !== 'NO_CAPACITY');
  assert.equal((await vmIds()).length, room)
  assert.equal(await create(), 'NO_CAPACITY')
  const full = await em.execute<{ bytes: string }[]>('select sum(memory_bytes) as bytes from reservation where host_id is not null group by host_id')
  assert.deepEqual(full.map(({ bytes }) => Number(bytes)), Array(6).fill(2 * GiB))
  assert.deepEqual(await brokenInvariants(em), {})
})

test('room that is counted wrong is found to be so under the lock, and set right', async () => {
  const [vmId] = await vmIds()
  const [{ host_id: hostId }] = await em.execute<[{ host_id: string }]>('select host_id from vm where id = ?', [vmId])
  // Somebody has been at the table by hand: it says that the full host is empty.
  await em.execute('update host_room set promised_vcpus = 0, promised_memory_bytes = 0 where host_id = ?', [hostId])
  assert.notDeepEqual(await brokenInvariants(em), {})
  const other = (await em.execute<{ id: string }[]>('select id from vm where host_id <> ? limit 1', [hostId]))[0]!.id
  await assert.rejects(em.fork().transactional((em) => promiseElsewhere(em, { vmId: other })), ({ code }: { code: string }) => code === 'UNAVAILABLE' || code === 'NO_CAPACITY')
  assert.equal(Number((await em.execute<{ sum: string }[]>('select sum(memory_bytes) from reservation where host_id = ?', [hostId]))[0]!.sum), 2 * GiB, 'the rows decide')
})
