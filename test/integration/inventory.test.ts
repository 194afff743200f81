import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createArea, createPool, createPublicNetwork, createTemplate, registerHost, registerImage } from '../../server/app/inventory.ts'
import type { Operator } from '../../server/app/inventory.ts'
import { unseal } from '../../server/db/seal.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'

const { db } = await useTestDb()
const masterKey = new Uint8Array(32).fill(5)
const act = <Value>(work: (operator: Operator) => Promise<Value>) => db.em.fork().transactional((em) => work({ em, sender: { send: async () => {} }, userId: null, masterKey }))
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => db.em.fork().execute<Row[]>(query, params)

const area = await act((operator) => createArea(operator, { name: 'area' }))
const pool = await act((operator) => createPool(operator, { name: 'pool', areaId: area.id, path: '/srv/pool', wipeOnDelete: false }))
const access = { kind: 'ssh' as const, address: '10.0.0.1', sshPort: 22, sshUser: 'root', privateKey: '-----a private key-----', hostKey: 'ssh-ed25519 AAAA' }
const host = () => act((operator) => registerHost(operator, { name: 'h1', areaId: area.id, access, publicBridge: 'public-br', trunkBridge: 'private-br' }))
const rebuilt = (more: object) => act((operator) => registerHost(operator, { name: 'h1', areaId: area.id, access: { ...access, ...more }, publicBridge: 'public-br', trunkBridge: 'private-br', isRebuilt: true }))
const image = (more: object = {}) => act((operator) => registerImage(operator, { name: 'image', os: 'Debian', poolId: pool.id, file: { path: '/a.qcow2', sha256: 'a'.repeat(64), format: 'qcow2', sizeBytes: MiB, virtualSizeBytes: GiB, ...more } }))

test('what is registered twice is there once', async () => {
  assert.deepEqual(await act((operator) => createArea(operator, { name: 'area' })), { id: area.id, taskId: undefined })
  assert.deepEqual(await act((operator) => createPool(operator, { name: 'pool', areaId: area.id, path: '/srv/pool', wipeOnDelete: false })), { id: pool.id, taskId: undefined })
  await assert.rejects(act((operator) => createPool(operator, { name: 'x', areaId: area.id, path: '/srv/../etc', wipeOnDelete: false })), { code: 'INVALID_INPUT', field: 'path' })
  const version = await image()
  assert.ok(version.taskId)
  const template = { name: 'template', os: 'Debian', description: '', vcpus: 1, memoryBytes: GiB, diskBytes: GiB, imageVersionId: version.id, cloneMode: 'linked' as const }
  const { id } = await act((operator) => createTemplate(operator, template))
  assert.deepEqual(await act((operator) => createTemplate(operator, template)), { id, taskId: undefined })
})

test('a host is enrolled once, its key lies sealed, and a failed enrolment can be tried again', async () => {
  const first = await host()
  assert.ok(first.taskId)
  assert.deepEqual(await host(), { id: first.id, taskId: undefined })
  const [row] = await rows<{ ssh_key_sealed: Buffer; text: string }>('select ssh_key_sealed, host::text as text from host where id = ?', [first.id])
  assert.equal(unseal(masterKey, { table: 'host', id: first.id }, row!.ssh_key_sealed).toString(), access.privateKey)
  assert.doesNotMatch(row!.text, /private key/)
  assert.equal(row!.ssh_key_sealed.includes('private key'), false)
  await rows("update task set state = 'failed' where id = ?", [first.taskId])
  const again = await host()
  assert.equal(again.id, first.id)
  assert.ok(again.taskId && again.taskId !== first.taskId)
  await rows("update task set state = 'done' where id = ?", [again.taskId])
  await rows("update host set state = 'up' where id = ?", [first.id])
  assert.equal((await host()).taskId, undefined)
})

test('an image has a version for each content, and a failed import is begun anew', async () => {
  const first = await image({ sha256: 'b'.repeat(64) })
  const other = await image({ sha256: 'c'.repeat(64) })
  assert.notEqual(first.id, other.id)
  assert.deepEqual(await image({ sha256: 'b'.repeat(64), path: '/moved.qcow2' }), { id: first.id, taskId: undefined })
  assert.deepEqual(await rows('select source_path from image_version where id = ?', [first.id]), [{ source_path: '/moved.qcow2' }])
  await rows("update image_replica set state = 'failed' where image_version_id = ?", [first.id])
  const again = await image({ sha256: 'b'.repeat(64) })
  assert.ok(again.id === first.id && again.taskId !== undefined)
  assert.deepEqual(await rows('select state from image_replica where image_version_id = ?', [first.id]), [{ state: 'uploading' }])
})

test('a public network hands out only what guests may have', async () => {
  const network = { name: 'public', areaId: area.id, cidr: '10.7.0.0/24', gateway: '10.7.0.1', dns: ['1.1.1.1'], rangeFirst: '10.7.0.10', rangeLast: '10.7.0.99', vlan: null }
  const { id, taskId } = await act((operator) => createPublicNetwork(operator, network))
  assert.ok(taskId)
  assert.deepEqual(await act((operator) => createPublicNetwork(operator, network)), { id, taskId: undefined })
  assert.deepEqual(await rows('select network.workspace_id, vlan, host(gateway) as gateway, host(range_first) as first from network join subnet on network_id = network.id where network.id = ?', [id]), [{ workspace_id: null, vlan: null, gateway: '10.7.0.1', first: '10.7.0.10' }])
  for (const [field, wrong] of Object.entries({ rangeFirst: '10.7.0.0', rangeLast: '10.7.0.255', gateway: '10.8.0.1', cidr: '10.7.0.1/24' })) {
    await assert.rejects(act((operator) => createPublicNetwork(operator, { ...network, name: 'other', [field]: wrong })), { code: 'INVALID_INPUT', field: new RegExp(`${field}$`) }, field)
  }
  await assert.rejects(act((operator) => createPublicNetwork(operator, { ...network, name: 'other', rangeFirst: '10.7.0.99', rangeLast: '10.7.0.10' })), { code: 'INVALID_INPUT', field: 'subnet.rangeLast' })
})

test('a host that was set up from nothing is enrolled again, with its new key', async () => {
  const first = await host()
  await rows("update host set state = 'up' where id = ?", [first.id])
  const again = await rebuilt({ privateKey: 'another private key' })
  assert.equal(again.id, first.id)
  assert.ok(again.taskId)
  const [row] = await rows<{ state: string; ssh_key_sealed: Buffer }>('select state, ssh_key_sealed from host where id = ?', [first.id])
  assert.equal(row!.state, 'enrolling')
  assert.equal(unseal(masterKey, { table: 'host', id: first.id }, row!.ssh_key_sealed).toString(), 'another private key')
})
