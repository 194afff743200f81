import { KloudakError } from './errors.ts'
import { checkPoolPath } from './pool.ts'
import type { PoolKind, PoolSource } from './pool.ts'

export interface DirInput { path: string }
export interface NetfsInput { format: 'nfs' | 'glusterfs'; hosts: readonly string[]; sourcePath: string; path: string }
export interface RbdInput { monitors: readonly string[]; pool: string; user: string; secret: string }
export interface PoolKindInput { dir?: DirInput | null | undefined; netfs?: NetfsInput | null | undefined; rbd?: RbdInput | null | undefined }

/** What the books keep of it; `secret` sealed. `path` is that of PoolRef. */
export interface PoolDraft { kind: PoolKind; path: string; source: PoolSource | undefined; secret: string | undefined }

const most = 16
// Host names, IPv4 and IPv6 addresses.
const server = /^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/
const monitor = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(:\d{1,5})?$/
const cephName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/
/** A mount over one of these would take the host's own system away. */
const systemFolder = /^\/(bin|boot|dev|etc|home|lib\w*|proc|root|run|sbin|sys|tmp|usr|var(\/(cache|lib|log|run|spool|tmp))?)(\/[^/]*)?$/

const invalid = (field: string, message: string, remedy: string) => new KloudakError('INVALID_INPUT', message, { field, remedy })

/** INVALID_INPUT names the field at fault. `secretUuid`: under which hosts keep the key of a Ceph user. */
export function draftOf({ dir, netfs, rbd }: PoolKindInput, secretUuid: string): PoolDraft {
  if ([dir, netfs, rbd].filter((one) => one != null).length !== 1) throw invalid('dir', 'A pool is of one kind.', 'Give one of dir, netfs and rbd.')
  if (dir) return { kind: 'dir', path: checkPoolPath(dir.path, 'dir.path'), source: undefined, secret: undefined }
  if (netfs) return { kind: 'netfs', path: mountPoint(netfs.path), source: netfsSource(netfs), secret: undefined }
  return { kind: 'rbd', path: checkCephName(rbd!.pool, 'rbd.pool'), source: rbdSource(rbd!, secretUuid), secret: checkCephKey(rbd!.secret, 'rbd.secret') }
}

function mountPoint(text: string): string {
  const path = checkPoolPath(text, 'netfs.path')
  if (!path.slice(1).includes('/') || systemFolder.test(path)) throw invalid('netfs.path', 'This folder is not one to mount a file system on: the host\'s own system may be in it.', 'Give a folder of its own such as /srv/kloudak/pool-1.')
  return path
}

function netfsSource({ format, hosts, sourcePath }: NetfsInput): PoolSource {
  const wrong = hosts.findIndex((host) => !server.test(host))
  if (hosts.length < 1 || hosts.length > most) throw invalid('netfs.hosts', `A network file system has 1 to ${most} servers.`, 'Name at least one.')
  if (wrong >= 0) throw invalid(`netfs.hosts.${wrong}`, 'A server is named by its host name or address.', 'Give a name or an address, without a port.')
  if (format === 'nfs' && hosts.length > 1) throw invalid('netfs.hosts', 'NFS has one server.', 'Name the one address under which the export is always found.')
  return { kind: 'netfs', format, hosts: [...hosts], path: checkPoolPath(sourcePath, 'netfs.sourcePath') }
}

function rbdSource({ monitors, pool, user }: RbdInput, secretUuid: string): PoolSource {
  const wrong = monitors.findIndex((one) => !monitor.test(one))
  if (monitors.length < 1 || monitors.length > most) throw invalid('rbd.monitors', `Ceph has 1 to ${most} monitors here.`, 'Name at least one.')
  if (wrong >= 0) throw invalid(`rbd.monitors.${wrong}`, 'A monitor is a host name or address, with a port if it is not the usual one.', 'Give it as 10.0.0.1, 10.0.0.1:6789 or [fd00::1]:3300.')
  return { kind: 'rbd', monitors: [...monitors], pool, user: checkCephName(user, 'rbd.user'), secretUuid }
}

function checkCephName(name: string, field: string): string {
  if (cephName.test(name)) return name
  throw invalid(field, 'A name in Ceph has up to 64 letters, digits, dots, hyphens and underscores.', 'Give a user without its "client." in front.')
}

/** As `ceph auth get-key` prints it. */
export function checkCephKey(key: string, field: string): string {
  const text = key.trim()
  if (/^[A-Za-z0-9+/]{24,1024}={0,2}$/.test(text)) return text
  throw invalid(field, 'The key of a Ceph user is base64.', 'Give what `ceph auth get-key client.NAME` prints.')
}
