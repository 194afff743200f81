// What guests say of their addresses: it is found without anyone asking, shown beside what was assigned, and bounded.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { graphql } from 'graphql'
import { pino } from 'pino'
import { findGuestAddresses } from '../../jobs/guests/addresses.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { makeContext } from '../../schema/context.ts'
import { encodeId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import type { Caller } from '../../server/auth/actor.ts'
import type { SeenGuestAddress } from '../../server/hypervisor/guest-network.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'
import { makeGround, patient, standingVm } from '../support/saga-ground.ts'
import { silent } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { addUser } from '../support/world.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)
const em = db.em.fork()
const sessions = new HostSessions({ db })
const { host } = sessions.world.place(ground.host)
const driver = openSimulatedHost(host).bind(patient)
await driver.ensurePool(ground.pool)
await driver.createVolume(ground.pool, { name: `image-${ground.world.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
let hasAgent = true
host.options.guestHasAgent = () => hasAgent
const grip = { hostId: ground.host.id, workerId: newId(), epoch: 1 }
await em.execute("insert into host_lease (host_id, worker_id, epoch, expires_at) values (?, ?, 1, now() + interval '1 hour')", [grip.hostId, grip.workerId])
// A guest is asked again when it has something to tell, or has just been started.
const finder = findGuestAddresses({ db, sessions, times: { firstMs: 10, everyMs: 600_000 }, log: silent })({ grip, isCurrent: () => true })
after(async () => { await finder.stop(); await sessions.close() })

const { vmId, plan } = await standingVm(ground, { host } as Parameters<typeof standingVm>[1])
const { mac } = plan.ports[0]!
const [{ ip: given }] = await em.execute<[{ ip: string }]>('select host(ip) as ip from address where vm_id = ?', [vmId])
const version = async () => (await em.execute<{ version: number }[]>('select version from vm where id = ?', [vmId]))[0]!.version
const seen = (ip: string, source: SeenGuestAddress['source'] = 'agent', of = mac): SeenGuestAddress => ({ mac: of, ip, source })
const asked = () => host.faults.record()

interface Shown { ip: string; source: string; assigned: boolean; lastSeenAt: Date }
async function shown(caller: Caller = ground.world.owner): Promise<Shown[] | null> {
  const source = 'query ($id: ID!) { vm(id: $id) { interfaces { observedAddresses { ip source assigned lastSeenAt } } } }'
  const contextValue = makeContext({ ...caller, db, log: pino({ level: 'silent' }) } as unknown as Parameters<typeof makeContext>[0])
  const { data, errors } = await graphql({ schema, source, variableValues: { id: encodeId('VM', vmId) }, contextValue })
  assert.equal(errors, undefined)
  return (data as { vm: { interfaces: { observedAddresses: Shown[] }[] } | null }).vm?.interfaces[0]!.observedAddresses ?? null
}
const plain = async () => (await shown())!.map(({ ip, source, assigned }) => `${ip} ${source.toLowerCase()} ${assigned ? 'assigned' : 'its own'}`)

test('addresses are found after the start, those that nobody assigned too, and only who sees the VM sees them', async () => {
  host.guests.claim(plan.domainUuid, [seen(given), seen('192.168.7.7'), seen('2001:DB8::7'), seen('127.0.0.1'), seen('fe80::1'), seen('no address'), seen('10.1.1.1', 'agent', '52:54:00:99:99:99'), seen(given, 'arp')])
  const before = await version()
  finder.listed?.(true)
  await until('they are there', async () => (await shown())!.length > 0)
  assert.deepEqual(await plain(), [`${given} agent assigned`, `${given} arp assigned`, '192.168.7.7 agent its own', '2001:db8::7 agent its own'])
  assert.equal(await version(), before + 1, 'one change for those who follow the VM')
  assert.equal(await shown(await addUser(em, {})), null)
})

test('an agent that comes is asked at once; the same answer is no news, and what it does not tell any more is gone', async () => {
  const before = await version()
  const [first] = (await shown())!
  host.guests.agent(plan.domainUuid, true)
  await until('it was seen again', async () => (await shown())![0]!.lastSeenAt > first!.lastSeenAt)
  assert.equal(await version(), before)
  host.guests.claim(plan.domainUuid, [seen(given)])
  host.guests.agent(plan.domainUuid, true)
  await until('two are gone', async () => (await shown())!.length === 2)
  // That the host has not spoken with it lately says nothing.
  assert.deepEqual(await plain(), [`${given} agent assigned`, `${given} arp assigned`])
  assert.equal(await version(), before + 1)
  await em.execute("update guest_address set last_seen_at = now() - interval '2 hours' where source = 'arp'")
  host.guests.agent(plan.domainUuid, true)
  await until('the host has forgotten it', async () => (await shown())!.length === 1)
})

test('a guest without an agent keeps what was known of it, and is asked until one answers', async () => {
  hasAgent = false
  host.guests.claim(plan.domainUuid, [seen('10.77.0.1')])
  const names = asked()
  finder.power?.(plan.domainUuid, 'stopped')
  finder.power?.(plan.domainUuid, 'running')
  await until('it was asked some times', () => names.filter((name) => name === 'seeGuest').length >= 4)
  assert.deepEqual(await plain(), [`${given} agent assigned`])
  hasAgent = true
  await until('the agent is heard', async () => (await plain()).join() === '10.77.0.1 agent its own')
})

test('what a worker sees that has lost the host is not written', async () => {
  await em.execute('update host_lease set epoch = 2 where host_id = ?', [grip.hostId])
  host.guests.claim(plan.domainUuid, [seen('10.66.6.6')])
  const names = asked()
  host.guests.agent(plan.domainUuid, true)
  await until('it was asked', () => names.includes('seeGuest'))
  await em.execute('update host_lease set epoch = 1 where host_id = ?', [grip.hostId])
  host.guests.claim(plan.domainUuid, [seen('10.66.6.7')])
  host.guests.agent(plan.domainUuid, true)
  await until('the next one is written', async () => (await plain()).join() === '10.66.6.7 agent its own')
  assert.deepEqual(await em.execute("select 1 from guest_address where ip = '10.66.6.6'"), [])
})

test('they go with the interface, and a lost host is asked again when it is back', async () => {
  host.setReachable(false)
  host.setReachable(true)
  host.guests.claim(plan.domainUuid, [seen('10.55.5.5')])
  finder.listed?.(true)
  finder.power?.(plan.domainUuid, 'running')
  await until('it is heard', async () => (await plain()).join() === '10.55.5.5 agent its own')
  await em.execute('delete from vm_interface where vm_id = ?', [vmId])
  assert.deepEqual(await em.execute('select 1 from guest_address where vm_id = ?', [vmId]), [])
})
