import { until, type Outcome } from '../../lab/command.ts'
import type { Lab } from '../../lab/lab.ts'

/** A host of the lab as a machine in a network of guests, with a key of its own: how a test looks at them. */
export interface Probe {
  /** The public half, for the guests' seeds. */
  key: string
  /** Runs a command in a guest over ssh, as root; the outcome's code is 255 when it cannot be reached. */
  inGuest(address: string, command: string): Promise<Outcome>
}

/** Plugs host 1 into a VLAN of the private trunk with an address (with prefix length) of its own. */
export async function addProbe(lab: Lab, vlan: number, address: string): Promise<Probe> {
  await lab.exec(1, ['ovs-vsctl', 'add-port', 'private-br', 'probe', `tag=${vlan}`, '--', 'set', 'interface', 'probe', 'type=internal'])
  await until('the probe port', async () => (await lab.exec(1, ['ip', 'link', 'show', 'probe'])).code === 0)
  await lab.exec(1, ['ip', 'addr', 'add', address, 'dev', 'probe'])
  await lab.exec(1, ['ip', 'link', 'set', 'probe', 'up'])
  await lab.exec(1, ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/root/guest-key'])
  const options = ['BatchMode=yes', 'ConnectTimeout=30', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => ['-o', option])
  return {
    key: (await lab.exec(1, ['cat', '/root/guest-key.pub'])).stdout.trim(),
    inGuest: async (guest, command) => await lab.exec(1, ['ssh', '-i', '/root/guest-key', ...options, `root@${guest}`, command], { timeoutMs: 60_000 }),
  }
}
