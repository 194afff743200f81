import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { NetfsSource, RbdSource } from '../../model/pool.ts'
import { poolOrigin, poolXml, readPoolPath, secretXml } from './pool-xml.ts'
import { childrenOf, find, readXml, textOf } from './xml.ts'

const fixture = readFileSync(new URL('fixtures/pool.xml', import.meta.url), 'utf8')
const gluster: NetfsSource = { kind: 'netfs', format: 'glusterfs', hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'], path: '/volume' }
const rbd: RbdSource = { kind: 'rbd', monitors: ['10.0.0.1:6789', '[fd00::1]:3300', 'ceph'], pool: 'vms', user: 'kloudak', secretUuid: '11111111-1111-4111-8111-111111111111' }

test('a directory as a host tells it is the one that was asked for', () => {
  assert.equal(readPoolPath(fixture), '/srv/kloudak/pool')
  assert.equal(readPoolPath(poolXml({ name: 'a&b', path: '/srv/<x>' })), '/srv/<x>')
  assert.equal(poolOrigin(fixture), poolOrigin(poolXml({ name: 'another name', path: '/srv/kloudak/pool' })))
  assert.notEqual(poolOrigin(fixture), poolOrigin(poolXml({ name: 'shared', path: '/srv/kloudak' })))
})

test('a network file system has one server, and GlusterFS hears of the others when it is mounted', () => {
  const made = readXml(poolXml({ name: 'g', path: '/srv/g', source: gluster }))
  assert.equal(made.attributes['type'], 'netfs')
  assert.deepEqual(childrenOf(find(made, 'source'), 'host').map(({ attributes }) => attributes), [{ name: '10.0.0.1' }])
  assert.deepEqual([find(made, 'source', 'dir')?.attributes['path'], find(made, 'source', 'format')?.attributes['type'], textOf(find(made, 'target', 'path'))], ['/volume', 'glusterfs', '/srv/g'])
  assert.equal(find(made, 'fs:mount_opts', 'fs:option')?.attributes['name'], 'backup-volfile-servers=10.0.0.2:10.0.0.3')
  const nfs = readXml(poolXml({ name: 'n', path: '/srv/n', source: { ...gluster, format: 'nfs', hosts: ['nas'] } }))
  assert.equal(find(nfs, 'fs:mount_opts'), undefined)
  assert.equal(find(nfs, 'source', 'format')?.attributes['type'], 'nfs')
})

test('the same folder from elsewhere is another pool', () => {
  const origins = [undefined, gluster, { ...gluster, format: 'nfs' as const }, { ...gluster, hosts: ['10.0.0.9'] }, { ...gluster, path: '/other' }, rbd, { ...rbd, pool: 'other' }, { ...rbd, user: 'other' }]
    .map((source) => poolOrigin(poolXml({ name: 'p', path: '/srv/g', ...(source && { source }) })))
  assert.equal(new Set(origins).size, origins.length)
  assert.equal(poolOrigin(poolXml({ name: 'p', path: '/srv/g', source: { ...gluster, hosts: ['10.0.0.1'] } })), origins[1])
})

test('Ceph: monitors with and without port, a user whose key is named and not told', () => {
  const made = readXml(poolXml({ name: 'c', path: 'vms', source: rbd }))
  assert.equal(textOf(find(made, 'source', 'name')), 'vms')
  assert.deepEqual(childrenOf(find(made, 'source'), 'host').map(({ attributes }) => attributes), [{ name: '10.0.0.1', port: '6789' }, { name: 'fd00::1', port: '3300' }, { name: 'ceph' }])
  assert.deepEqual([find(made, 'source', 'auth')?.attributes, find(made, 'source', 'auth', 'secret')?.attributes], [{ type: 'ceph', username: 'kloudak' }, { uuid: rbd.secretUuid }])
  assert.equal(find(made, 'target'), undefined)
  assert.deepEqual(readXml(secretXml(rbd)).attributes, { ephemeral: 'yes', private: 'yes' })
})
