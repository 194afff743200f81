import type { NetfsSource, RbdSource } from '../../model/pool.ts'
import type { PoolRef } from '../driver.ts'
import type { XmlElement } from './xml.ts'
import { childrenOf, element, find, readXml, textOf, writeXml } from './xml.ts'

const mountOptionsUri = 'http://libvirt.org/schemas/storagepool/fs/1.0'

export function poolXml({ name, path, source }: PoolRef): string {
  if (source?.kind === 'rbd') return writeXml(element('pool', { type: 'rbd' }, element('name', {}, name), rbdSource(source)))
  return writeXml(element('pool', { type: source?.kind ?? 'dir', ...(source && otherServers(source) && { 'xmlns:fs': mountOptionsUri }) },
    element('name', {}, name),
    source && netfsSource(source),
    element('target', {}, element('path', {}, path)),
    source && otherServers(source)))
}

function netfsSource({ format, hosts, path }: NetfsSource): XmlElement {
  return element('source', {}, element('host', { name: hosts[0] }), element('dir', { path }), element('format', { type: format }))
}

/** Libvirt's file systems have one server. GlusterFS asks it for the volume's layout when it mounts, and any other would do. */
function otherServers({ format, hosts }: NetfsSource): XmlElement | undefined {
  if (format !== 'glusterfs' || hosts.length < 2) return undefined
  return element('fs:mount_opts', {}, element('fs:option', { name: `backup-volfile-servers=${hosts.slice(1).join(':')}` }))
}

function rbdSource({ pool, monitors, user, secretUuid }: RbdSource): XmlElement {
  return element('source', {},
    element('name', {}, pool),
    monitors.map(monitorElement),
    element('auth', { type: 'ceph', username: user }, element('secret', { uuid: secretUuid })))
}

/** `host`, `host:port` or `[IPv6]:port`. */
export function monitorElement(monitor: string): XmlElement {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(monitor) ?? []
  return element('host', { name: bracketed ?? plain ?? monitor, port })
}

/** In the host's memory alone, and read by nobody through libvirt. */
export function secretXml({ secretUuid }: RbdSource): string {
  return writeXml(element('secret', { ephemeral: 'yes', private: 'yes' },
    element('uuid', {}, secretUuid),
    element('usage', { type: 'ceph' }, element('name', {}, `kloudak ${secretUuid}`))))
}

/** Where a pool comes from, as one text to compare: two that differ are two pools. */
export function poolOrigin(xml: string): string {
  const root = readXml(xml)
  const source = find(root, 'source')
  const of = (name: string) => (source && find(source, name)?.attributes) ?? {}
  return JSON.stringify({
    type: root.attributes['type'],
    path: textOf(find(root, 'target', 'path')),
    pool: textOf(source && find(source, 'name')),
    hosts: childrenOf(source, 'host').map(({ attributes: { name, port } }) => (port === undefined || port === '0' ? name : `${name}:${port}`)),
    dir: of('dir')['path'],
    format: of('format')['type'],
    user: of('auth')['username'],
  })
}

/** The folder of a pool, or what stands for it, to be named to people. */
export function readPoolPath(xml: string): string | undefined {
  const root = readXml(xml)
  return textOf(find(root, 'target', 'path')) ?? textOf(find(root, 'source', 'name'))
}
