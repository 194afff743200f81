// A host of the lab as a machine in a network of the cloud, that pings guests and counts what is lost.
import type { Lab } from '../../lab/lab.ts'
import { until } from './until.ts'

export interface Pings { sent: number; lost: number }

export interface PingProbe {
  /** Pings the guest every 50 ms until `during` is done. */
  count(ip: string, during: () => Promise<unknown>): Promise<Pings>
  /** Resolves when the guest answers. */
  answered(ip: string): Promise<void>
  close(): Promise<void>
}

/** An internal port of the trunk's bridge with the network's VLAN, under this address (`10.60.0.200/24`). */
export async function openPingProbe(lab: Lab, host: number, { vlan, cidr }: { vlan: number; cidr: string }): Promise<PingProbe> {
  const exec = async (...argv: string[]) => {
    const outcome = await lab.exec(host, argv)
    if (outcome.code !== 0) throw new Error(`${argv.join(' ')}: ${outcome.stderr}`)
    return outcome.stdout
  }
  await exec('ovs-vsctl', 'add-port', 'private-br', 'probe', `tag=${vlan}`, '--', 'set', 'interface', 'probe', 'type=internal')
  await until('the probe port', async () => (await lab.exec(host, ['ip', 'link', 'show', 'probe'])).code === 0)
  await exec('ip', 'addr', 'add', cidr, 'dev', 'probe')
  await exec('ip', 'link', 'set', 'probe', 'up')
  return {
    async count(ip, during) {
      const log = `/tmp/pings-${ip}`
      // In the background, and ended by a signal on which it tells what it counted.
      await exec('sh', '-c', `ping -n -i 0.05 ${ip} > ${log} 2>&1 & echo $! > ${log}.pid`)
      const replies = async () => Number((await lab.exec(host, ['grep', '-c', 'icmp_seq', log])).stdout)
      await until('the first reply', async () => (await replies()) > 0)
      try {
        await during()
        // What was sent last is still on its way: it is not lost.
        const soFar = await replies()
        await until('the guest to answer on', async () => (await replies()) > soFar + 10)
      } finally { await lab.exec(host, ['sh', '-c', `kill -INT $(cat ${log}.pid)`]) }
      const summary = await until('the pings to be counted', async () => /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(await exec('cat', log)))
      return { sent: Number(summary[1]), lost: Number(summary[1]) - Number(summary[2]) }
    },
    answered: (ip) => until(`${ip} to answer`, async () => (await lab.exec(host, ['ping', '-c', '1', '-W', '2', ip])).code === 0, 120_000).then(() => undefined),
    async close() { await exec('ovs-vsctl', 'del-port', 'probe') },
  }
}
