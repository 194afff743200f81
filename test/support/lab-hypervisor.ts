// The product's own way to a lab host: libvirt and screens over ssh with the pinned host key.
import type { Lab, LabHost } from '../../lab/lab.ts'
import type { HypervisorHost } from '../../server/hypervisor/driver.ts'
import { openLibvirtHost } from '../../server/hypervisor/libvirt/driver.ts'
import { SshHost } from '../../server/wire/ssh/host.ts'
import { waysOver } from '../../server/wire/ssh/way.ts'

const socket = '/run/libvirt/libvirt-sock'

/** The driver of a lab host. Closing it closes the ssh connections too. */
export function openLabHypervisor({ name, address, sshPort, sshUser, privateKey, hostKey }: LabHost): HypervisorHost & { ssh: SshHost } {
  const ssh = new SshHost({ address, port: sshPort, username: sshUser, privateKey: privateKey.text, hostKey: hostKey.fingerprint })
  const host = openLibvirtHost({
    name,
    dialLibvirt: () => ssh.calls.openUnix(socket),
    dialLibvirtBulk: () => ssh.bulk.openUnix(socket),
    hasWayTo: waysOver(ssh.calls),
    dialUnix: (path) => ssh.bulk.openUnix(path),
  })
  return { ssh, bind: (control) => host.bind(control), async close() { await host.close(); await ssh.close() } }
}

/**
 * All that a guest could leave behind on a host: domains, volumes and their contents, ports and flows of Open vSwitch,
 * firmware variables, saved memory, libvirt's files of its guests, processes.
 */
export async function labInventory(lab: Lab, index: number): Promise<string> {
  const { stdout, stderr, code } = await lab.exec(index, ['bash', '-euc', inventoryScript])
  if (code !== 0) throw new Error(`the inventory failed: ${stderr}`)
  return stdout
}

const inventoryScript = `
echo '# domains'; virsh list --all --uuid | sort; for id in $(virsh list --all --uuid | sort); do virsh dumpxml --inactive "$id"; done
echo '# pools'; virsh pool-list --all --name | sort
echo '# files'; find /srv/kloudak/pool /var/lib/libvirt /etc/libvirt/qemu /var/log/libvirt/qemu /run/libvirt/qemu /var/run/libvirt/storage /etc/libvirt/storage ! -type d -printf '%p %m %u\\n' 2>/dev/null | sort
echo '# contents'; find /srv/kloudak/pool -type f -exec sha256sum {} + | sort
echo '# ports'; ovs-vsctl --bare --columns=name,tag,trunks,external_ids list Port | sort; ovs-vsctl --bare --columns=name,external_ids list Interface | sort
for bridge in $(ovs-vsctl list-br); do ovs-ofctl dump-flows --no-stats "$bridge"; done
echo '# links'; ls /sys/class/net
echo '# guests'; pgrep -c qemu-system || true
`
