// What guests do, as it shows in the statistics: made inside them, read through the API.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { decodeId } from '../../schema/global-id.ts'
import { vmPoints } from '../../server/db/queries/stats-read.ts'
import type { VmMetric } from '../../server/model/stats.ts'
import { MiB } from '../../server/model/units.ts'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { askVm, makeNetwork, vmIs } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import type { GuestShell } from '../support/guest-shell.ts'
import { useLab } from '../support/lab.ts'
import { mountPointsIn } from '../support/ovs-player.ts'
import { until } from '../support/until.ts'

interface Guest { id: string; address: string; shell: GuestShell }
interface Usage { busyCpus: number; memoryUsedBytes: number | null; residentBytes: number }

suite('statistics of guests that run', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let busy: Guest
  let idle: Guest

  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage(), env: { KLOUDAK_STATS_EVERY: '1s' } })
    const network = await makeNetwork(cloud, 'net', '10.70.0.0/24');
    [busy, idle] = await Promise.all([guest('busy', network), guest('idle', network)])
  }, { timeout: 600_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  async function guest(name: string, networkId: string): Promise<Guest> {
    const password = randomBytes(9).toString('base64url')
    const { id } = await askVm(cloud, name, { networkId, password })
    await vmIs(cloud, id, 'UP')
    const { vm } = await cloud.ask<{ vm: { interfaces: { addresses: { ip: string }[] }[] } }>('query($id: ID!) { vm(id: $id) { interfaces { addresses { ip } } } }', { id })
    return { id, address: vm.interfaces[0]!.addresses[0]!.ip, shell: await openGuestShell(cloud, id, password) }
  }

  const usage = async ({ id }: Guest) => (await cloud.ask<{ vm: { usage: Usage | null } }>('query($id: ID!) { vm(id: $id) { usage { busyCpus memoryUsedBytes residentBytes } } }', { id })).vm.usage

  /** How much a flow came to since a moment, by the samples. */
  async function total({ id }: Guest, metric: VmMetric, from: Date): Promise<number> {
    const points = await vmPoints(cloud.db.em.fork(), decodeId('VM', id, 'id'), 'raw', { from, to: new Date(from.getTime() + 3_600_000) })
    return points.reduce((sum, { seconds, values }) => sum + (values[metric] ?? 0) * seconds, 0)
  }
  const now = async () => new Date((await cloud.db.em.fork().execute<[{ ms: number }]>('select extract(epoch from now())::float8 * 1000 as ms'))[0].ms)

  test('a guest that reckons without end is busy, and the one beside it is not', async () => {
    await busy.shell.run('{ (while :; do :; done) & }')
    await until('the busy one to stand out', async () => {
      const [one, other] = [await usage(busy), await usage(idle)]
      return one && other && one.busyCpus > 0.2 && one.busyCpus > 3 * other.busyCpus
    }, 60_000)
    const { hosts } = await cloud.ask<{ hosts: { edges: { node: { usage: Record<string, number | null>; fileSystems: { mountPoint: string }[] | null } }[] } }>('{ hosts { edges { node { fileSystems { mountPoint } usage { busyCpus load1 load5 load15 memoryUsedBytes receivedBytesPerSecond sentBytesPerSecond diskWriteBytesPerSecond } } } } }')
    const host = hosts.edges[0]!.node.usage
    assert.ok(host.busyCpus! > 0.2)
    for (const metric of ['memoryUsedBytes', 'load1', 'load5', 'load15', 'receivedBytesPerSecond', 'sentBytesPerSecond', 'diskWriteBytesPerSecond']) assert.equal(typeof host[metric], 'number', metric)
    const { stdout: mounts } = await given.lab.exec(1, ['cat', '/proc/mounts'])
    assert.deepEqual(hosts.edges[0]!.node.fileSystems?.map(({ mountPoint }) => mountPoint).sort() ?? [], mountPointsIn(mounts).sort())
    await busy.shell.run('kill $!')
  })

  test('what a guest writes to its disk is counted, at that guest alone', async () => {
    const from = await now()
    await busy.shell.run('dd if=/dev/urandom of=/root/file bs=1M count=24; sync')
    await until('24 MiB', async () => await total(busy, 'diskWriteBytesPerSecond', from) >= 24 * MiB * 0.99, 60_000)
    assert.ok(await total(busy, 'diskWriteBytesPerSecond', from) < 48 * MiB)
    assert.ok(await total(idle, 'diskWriteBytesPerSecond', from) < 4 * MiB)
  })

  test('what one guest sends is what the other receives', async () => {
    const from = await now()
    await idle.shell.run('{ nc -l -p 9000 > /dev/null & }')
    const { code, output } = await busy.shell.run(`dd if=/dev/zero bs=64k count=64 | nc -w 5 ${idle.address} 9000`)
    assert.equal(code, 0, output)
    await until('4 MiB at the other end', async () => await total(idle, 'receivedBytesPerSecond', from) >= 4 * MiB, 60_000)
    await until('4 MiB sent', async () => await total(busy, 'sentBytesPerSecond', from) >= 4 * MiB, 60_000)
    assert.ok(await total(busy, 'receivedBytesPerSecond', from) < 2 * MiB && await total(idle, 'sentBytesPerSecond', from) < 2 * MiB, 'not the other way round')
  })

  test('the memory is told that a machine takes of its host, and that its guest uses', async () => {
    const told = await until('the guest to tell', async () => { const one = await usage(idle); return one?.memoryUsedBytes ? one : undefined }, 60_000)
    assert.ok(told.memoryUsedBytes! > 4 * MiB && told.memoryUsedBytes! < 128 * MiB, `${told.memoryUsedBytes} of 128 MiB`)
    assert.ok(told.residentBytes > 20 * MiB)
  })
})
