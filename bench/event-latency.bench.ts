// A change on a host to the subscribers: from the return of the call that made it, over libvirt's event, the watch,
// the outbox and graphql-ws. The call is made beside the product, as by an operator with a libvirt client of his own.
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { createLab, removeLab } from '../lab/lab.ts'
import { connectLibvirt } from '../server/wire/libvirt/connection.ts'
import { SshHost } from '../server/wire/ssh/host.ts'
import { startCloud } from '../test/support/cloud.ts'
import type { Cloud } from '../test/support/cloud.ts'
import { askVm, vmIs } from '../test/support/cloud-vms.ts'
import { guestImage } from '../test/support/guest.ts'
import { until } from '../test/support/until.ts'
import { percentiles, show } from './measure.ts'
import type { Bench, Percentiles, Row } from './measure.ts'

const rounds = 200
const crowd = 1_000
const crowdRounds = 10

interface Told { power: string; at: number }

/** One socket; each call of the result is one more subscription to the workspace's VMs on it. */
function openSocket(cloud: Cloud): { follow(onTold: (told: Told) => void): void; close(): Promise<void> } {
  const client = createClient({ url: `${cloud.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: false, connectionParams: { authorization: `Bearer ${cloud.token()}` } })
  return {
    follow: (onTold) => {
      client.subscribe<{ vmChanged: { vm: { observedPower: string } } }>(
        { query: 'subscription($workspace: ID!) { vmChanged(workspaceId: $workspace) { vm { observedPower } } }', variables: { workspace: cloud.workspaceId } },
        { next: ({ data }) => { if (data) onTold({ power: data.vmChanged.vm.observedPower, at: performance.now() }) }, error: (error) => { throw new Error(JSON.stringify(error)) }, complete: () => {} })
    },
    close: async () => { await client.dispose() },
  }
}

export const bench: Bench = {
  name: 'A change on a host to the browser',
  async rows() {
    const lab = await createLab({ name: `bench-events-${process.pid}`, hosts: 1 })
    const closing: (() => Promise<unknown>)[] = [() => removeLab({ name: lab.name, folder: lab.folder })]
    try {
      const cloud = await startCloud({ lab, image: await guestImage() })
      closing.unshift(() => cloud.close())
      const { id } = await askVm(cloud, 'changing')
      await vmIs(cloud, id, 'UP')
      const [vm] = await cloud.db.em.fork().execute<{ domain_uuid: string }[]>('select domain_uuid from vm')
      const [host] = lab.hosts as [(typeof lab.hosts)[number]]
      const ssh = new SshHost({ address: host.address, port: host.sshPort, username: host.sshUser, privateKey: host.privateKey.text, hostKey: host.hostKey.fingerprint })
      const libvirt = await connectLibvirt(await ssh.calls.openUnix('/run/libvirt/libvirt-sock'), { uri: 'qemu:///system' })
      closing.unshift(() => ssh.close(), () => libvirt.close())
      const { domain } = await libvirt.call('DomainLookupByUuid', { uuid: vm!.domain_uuid })

      const followers: { told: Told | undefined }[] = []
      const join = (count: number) => {
        const socket = openSocket(cloud)
        closing.unshift(() => socket.close())
        for (let at = 0; at < count; at++) {
          const own: { told: Told | undefined } = { told: undefined }
          followers.push(own)
          socket.follow((told) => { own.told = told })
        }
      }
      const listening = () => until('all to listen', async () => {
        // A change that nobody needs: whoever hears it is there.
        for (const one of followers) one.told = undefined
        await cloud.db.em.fork().execute("update vm set description = description || '.'")
        return until('the change to be told to all', () => followers.every(({ told }) => told), 2_000).catch(() => undefined)
      }, 60_000)

      /** Suspends and resumes by turns; how long each follower waited for it. */
      const measure = async (count: number): Promise<Percentiles> => {
        const all: number[] = []
        for (let round = 0; round < count; round++) {
          const [act, power] = round % 2 === 0 ? ['DomainSuspend', 'PAUSED'] as const : ['DomainResume', 'RUNNING'] as const
          for (const one of followers) one.told = undefined
          await libvirt.call(act, { domain })
          const returned = performance.now()
          await until('all to be told', () => followers.every(({ told }) => told?.power === power), 20_000)
          // The event may overtake the answer to the call.
          all.push(...followers.map(({ told }) => Math.max(0, told!.at - returned)))
        }
        return percentiles(all)
      }

      join(1)
      await listening()
      await measure(20)
      const rows: Row[] = []
      const alone = await measure(rounds)
      const row = (what: string, figure: Percentiles, goal: string): Row => ({ what, ours: show(figure), peer: 'a page that polls each second: 500 ms p50 (by its design)', ratio: `1 / ${Math.round(500 / figure.p50)}`, goal })
      rows.push(row('suspend and resume by another libvirt client, to one subscriber', alone, '<= 100 ms p99'))
      // As fast as one user may ask.
      for (; followers.length < crowd; await delay(600)) join(Math.min(50, crowd - followers.length))
      await listening()
      const many = await measure(crowdRounds)
      rows.push(row(`the same, to each of ${crowd} subscribers`, many, '<= 200 ms p99'))
      return rows
    } finally {
      for (const close of closing) await close()
    }
  },
}
