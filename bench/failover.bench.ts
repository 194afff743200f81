// From the failure of a host to its VMs running elsewhere, fenced over IPMI, on the lab, with the defaults of a worker.
import { randomBytes } from 'node:crypto'
import { createLab, removeLab } from '../lab/lab.ts'
import type { Lab } from '../lab/lab.ts'
import { installPackages, ipmiPackages, labPackages } from '../lab/packages.ts'
import { startCloud } from '../test/support/cloud.ts'
import type { Cloud } from '../test/support/cloud.ts'
import { askVm } from '../test/support/cloud-vms.ts'
import { guestImage } from '../test/support/guest.ts'
import { until } from '../test/support/until.ts'
import type { Bench, Row } from './measure.ts'

const guests = 10
const patienceMs = 300_000
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

interface Standing { state: string; running: number; first: boolean }

async function standing(cloud: Cloud): Promise<Standing> {
  const [row] = await cloud.db.em.fork().execute<{ state: string; running: number }[]>(`
    select (select state from host where name = 'hv1') as state, (select count(*)::integer from vm join host on host.id = vm.host_id where vm.observed_power = 'running' and host.name <> 'hv1') as running`)
  return { ...row!, first: row!.running > 0 }
}

async function addDevices(cloud: Cloud, lab: Lab): Promise<void> {
  const { hosts } = await cloud.ask<{ hosts: { edges: { node: { id: string; name: string } }[] } }>('{ hosts(first: 10) { edges { node { id name } } } }')
  for (const { node: { id: hostId, name } } of hosts.edges) {
    const { address, port, username, password, cipher } = lab.hosts.find((host) => host.name === name)!.ipmi!
    const { addFenceDevice: added } = await cloud.ask<{ addFenceDevice: { message?: string } }>('mutation($input: AddFenceDeviceInput!) { addFenceDevice(input: $input) { ... on UserError { message } } }', { input: { hostId, kind: 'IPMI', address, port, username, password, options: { cipher } } })
    if (added.message) throw new Error(added.message)
  }
}

/** Kills the host or freezes it; the milliseconds until each thing was seen in the books. */
async function fail(cloud: Cloud, how: () => Promise<void>): Promise<{ suspect: number; fenced: number; first: number; all: number }> {
  const at = performance.now()
  await how()
  const seen = async (what: string, probe: (now: Standing) => boolean) => { await until(what, async () => probe(await standing(cloud)), patienceMs); return performance.now() - at }
  return {
    suspect: await seen('suspect', ({ state }) => state !== 'up'), fenced: await seen('fenced', ({ state }) => state === 'fenced'),
    first: await seen('one to run elsewhere', ({ first }) => first), all: await seen('all to run elsewhere', ({ running }) => running === guests),
  }
}

/** The milliseconds from a failure until the host is suspect; then it is mended. */
async function noticed(cloud: Cloud, name: string, fails: () => Promise<void>, mends: () => Promise<void>): Promise<number> {
  const isState = (state: string) => until(`${name} to be ${state}`, async () => (await cloud.db.em.fork().execute<{ state: string }[]>('select state from host where name = ?', [name]))[0]!.state === state, patienceMs)
  const at = performance.now()
  await fails()
  await isState('suspect')
  const tookMs = performance.now() - at
  await mends()
  await isState('up')
  return tookMs
}

export const bench: Bench = {
  name: 'Failover',
  async rows(): Promise<Row[]> {
    await installPackages(console.log, [...labPackages, ...ipmiPackages])
    const name = 'bench-failover'
    const folder = `/tmp/kloudak-labs/${name}-${randomBytes(3).toString('hex')}`
    const lab = await createLab({ name, hosts: 3, folder, ipmi: true })
    const cloud = await startCloud({ lab, image: await guestImage() })
    try {
      await addDevices(cloud, lab)
      const em = cloud.db.em.fork()
      await em.execute('update area set vcpu_overcommit = 16')
      await em.execute("update host set duty = 'maintenance' where name <> 'hv1'")
      for (let n = 1; n <= guests; n++) await askVm(cloud, `vm-${n}`)
      await until('all to run', async () => (await em.execute<object[]>("select 1 from vm where observed_power = 'running' and phase = 'ready'")).length === guests, patienceMs)
      await em.execute("update host set duty = 'service'")
      const frozen = await noticed(cloud, 'hv2', () => lab.freeze(2), () => lab.thaw(2))
      const cut = await noticed(cloud, 'hv3', () => lab.cut(3, 'mgmt'), () => lab.heal(3, 'mgmt'))
      // Three of three hosts that fell silent within a minute would be a reason to fence none.
      await em.execute('delete from host_silence')
      const { suspect, fenced, first, all } = await fail(cloud, () => lab.kill(1))
      const peer = 'Proxmox 60 s fence and restart, CloudStack 2.5 min, KubeVirt 5 min (published)'
      return [
        { what: 'until a host is suspect: without power, all its processes frozen, its management cable cut', ours: [suspect, frozen, cut].map(seconds).join(', '), peer: '-', ratio: '-', goal: '<= 5 s' },
        { what: 'until it is proven to be off, by IPMI (10 s of silence, then the device)', ours: seconds(fenced), peer: 'Proxmox 60 s (published)', ratio: (fenced / 60_000).toFixed(2), goal: '-' },
        { what: `until the first of its ${guests} VMs runs elsewhere`, ours: seconds(first), peer, ratio: (first / 60_000).toFixed(2), goal: '<= 30 s' },
        { what: `until all ${guests} do`, ours: seconds(all), peer, ratio: (all / 60_000).toFixed(2), goal: '<= 30 s' },
      ]
    } finally {
      await cloud.close()
      await removeLab({ name, folder })
    }
  },
}
