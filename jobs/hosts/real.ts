import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { MasterKey } from '../../server/db/master-key.ts'
import { unseal } from '../../server/db/seal.ts'
import { OvsFabricHost } from '../../server/fabric/ovs/host.ts'
import { openLibvirtHost } from '../../server/hypervisor/libvirt/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { SshHost } from '../../server/wire/ssh/host.ts'
import { waysOver } from '../../server/wire/ssh/way.ts'
import type { HostAddress, HostLink, LinkTo } from './link.ts'

/** The daemon for everything, or the proxy that stands for it where libvirt is split into several; the one for QEMU alone knows no storage. */
const libvirtSockets = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'] as const
const ovsSocket = '/run/openvswitch/db.sock'

type DialUnix = (path: string) => Promise<Duplex>

/** Tries the sockets in turn and remembers the one that answered. */
function firstAnswering(dial: DialUnix): () => Promise<Duplex> {
  let known: string | undefined
  return async () => {
    let last: unknown
    for (const path of known ? [known] : libvirtSockets) {
      try {
        const stream = await dial(path)
        known = path
        return stream
      } catch (error) { last = error }
    }
    known = undefined
    throw last
  }
}

interface Way { dial: DialUnix; dialBulk: DialUnix; hasWayTo?: (address: string) => Promise<boolean | undefined>; close: () => Promise<void> }

function linkOver(name: string, { dial, dialBulk, hasWayTo, close }: Way): HostLink {
  const hypervisor = openLibvirtHost({ name, dialLibvirt: firstAnswering(dial), dialLibvirtBulk: firstAnswering(dialBulk), dialUnix: dialBulk, hasWayTo })
  const fabric = new OvsFabricHost({ dial: () => dial(ovsSocket) })
  return {
    hypervisor,
    fabric,
    close: async () => {
      await Promise.all([hypervisor.close(), fabric.close()])
      await close()
    },
  }
}

/** Over ssh with the pinned host key; the private key is opened here and lives in memory only (decisions 20 and 21). */
export function sshLinks(masterKey: MasterKey): LinkTo {
  return (host) => {
    const { address, sshPort, sshUser, sshHostKey, sshKeySealed } = host
    if (!address || !sshPort || !sshUser || !sshHostKey || !sshKeySealed) throw new KloudakError('UNAVAILABLE', `The books lack the ssh access of host ${host.name}.`, { remedy: 'Enrol the host again.' })
    const ssh = new SshHost({ address, port: sshPort, username: sshUser, privateKey: unseal(masterKey, { table: 'host', id: host.id }, sshKeySealed).toString(), hostKey: blobOf(host, sshHostKey) })
    return linkOver(host.name, { dial: (path) => ssh.calls.openUnix(path), dialBulk: (path) => ssh.bulk.openUnix(path), hasWayTo: waysOver(ssh.calls), close: () => ssh.close() })
  }
}

/** The key's blob from the line that OpenSSH writes: 'ssh-ed25519 AAAA...'. */
export function blobOf(host: HostAddress, line: string): Buffer {
  const [algorithm, blob] = line.trim().split(/\s+/)
  if (algorithm !== 'ssh-ed25519' || !blob) throw new KloudakError('UNAVAILABLE', `The pinned key of host ${host.name} is not an ed25519 key.`, { remedy: 'Enrol the host again.' })
  return Buffer.from(blob, 'base64')
}

/** This machine's own libvirt and Open vSwitch. */
export const localLink: LinkTo = (host) => {
  const dial: DialUnix = (path) => new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject).once('connect', () => { socket.off('error', reject); resolve(socket) })
  })
  return linkOver(host.name, { dial, dialBulk: dial, close: async () => {} })
}
