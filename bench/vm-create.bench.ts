// A VM from the mutation to the event that says it runs, beside a bare script on the same host that does the same work.
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLab, removeLab } from '../lab/lab.ts'
import type { Lab } from '../lab/lab.ts'
import { seedImage } from '../server/hypervisor/seed/seed.ts'
import { startCloud } from '../test/support/cloud.ts'
import type { Cloud } from '../test/support/cloud.ts'
import { askOfVm, askVm, makeNetwork, taskEnds } from '../test/support/cloud-vms.ts'
import { guestImage, virsh } from '../test/support/guest.ts'
import { until } from '../test/support/until.ts'
import { percentiles, show } from './measure.ts'
import type { Bench } from './measure.ts'

const rounds = 12
const path = '/srv/kloudak/pool'

/** When the subscriber was told that a VM runs, by the VM's id. */
function followRunning(cloud: Cloud): Map<string, number> {
  const told = new Map<string, number>()
  cloud.socket().subscribe<{ vmChanged: { vm: { id: string; phase: string; observedPower: string } | null } }>(
    { query: 'subscription($workspace: ID!) { vmChanged(workspaceId: $workspace) { vm { id phase observedPower } } }', variables: { workspace: cloud.workspaceId } },
    {
      next: ({ data }) => { const vm = data?.vmChanged.vm; if (vm?.phase === 'READY' && vm.observedPower === 'RUNNING' && !told.has(vm.id)) told.set(vm.id, performance.now()) },
      error: (error) => { throw error }, complete: () => {},
    })
  return told
}

interface Pattern { xml: string; pool: string; image: string; sizeBytes: number; names: readonly string[] }

/** The very machine that the product makes, so that both start the same QEMU. */
async function patternOf(cloud: Cloud, lab: Lab): Promise<Pattern> {
  const [row] = await cloud.db.em.fork().execute<{ id: string; domain_uuid: string; volume: string; size: string; image: string; pool: string; port: string; mac: string }[]>(`
    select vm.id, vm.domain_uuid, disk.volume, disk.size_bytes::text as size, image_replica.volume as image, pool.name as pool, i.id as port, i.mac::text
    from vm join disk on disk.vm_id = vm.id join image_replica on image_replica.id = disk.replica_id join pool on pool.id = disk.pool_id join vm_interface i on i.vm_id = vm.id`)
  const { id, domain_uuid: uuid, volume, size, image, pool, port, mac } = row!
  const xml = await virsh(lab, 1, ['dumpxml', '--inactive', uuid])
  return { xml, pool, image, sizeBytes: Number(size), names: [`${id}-seed.iso`, volume, uuid, port, mac] }
}

const script = (pool: string, image: string, sizeBytes: number, seedBytes: number, name: string) => `
began=$(date +%s%N)
virsh -q vol-create-as ${pool} ${name}.qcow2 ${sizeBytes} --format qcow2 --backing-vol ${image} --backing-vol-format qcow2
virsh -q vol-create-as ${pool} ${name}.iso ${seedBytes} --format raw
virsh -q vol-upload --pool ${pool} ${name}.iso ${path}/${name}.seed
virsh -q define ${path}/${name}.xml
virsh -q start ${name}
echo $(( $(date +%s%N) - began ))`

/** One VM by the bare script; its own time in milliseconds. */
async function bareVm(lab: Lab, { xml, pool, image, sizeBytes, names }: Pattern): Promise<number> {
  const name = randomUUID()
  const [seed, volume, uuid, port, mac] = names
  const own = { [seed!]: `${name}.iso`, [volume!]: `${name}.qcow2`, [uuid!]: name, [port!]: randomUUID(), [mac!]: '52:54:00:be:ac:11' }
  const ours = Object.entries(own).reduce((text, [from, to]) => text.replaceAll(from, to), xml)
  const bytes = seedImage({ instanceId: name, hostname: 'bare', domain: undefined, passwordHash: undefined, sshKeys: [], userData: undefined, interfaces: [{ name: 'eth0', mac: own[mac!]!, addresses: ['10.60.0.99/24'], gateways: [], nameservers: [], searchDomains: [] }] })
  const files = { xml: join(lab.poolFolder, `${name}.xml`), seed: join(lab.poolFolder, `${name}.seed`) }
  writeFileSync(files.xml, ours.replace(/<name>.*<\/name>/, `<name>${name}</name>`))
  writeFileSync(files.seed, bytes)
  const done = await lab.exec(1, ['bash', '-euc', script(pool, image, sizeBytes, bytes.length, name)])
  if (done.code !== 0) throw new Error(done.stderr)
  await virsh(lab, 1, ['destroy', name])
  await virsh(lab, 1, ['undefine', name])
  for (const one of ['qcow2', 'iso']) await virsh(lab, 1, ['vol-delete', '--pool', pool, `${name}.${one}`])
  for (const file of Object.values(files)) rmSync(file)
  return Number(done.stdout) / 1e6
}

export const bench: Bench = {
  name: 'A VM from the mutation to running',
  async rows() {
    const lab = await createLab({ name: `bench-create-${process.pid}`, hosts: 1 })
    try {
      const cloud = await startCloud({ lab, image: await guestImage() })
      try {
        const networkId = await makeNetwork(cloud, 'red', '10.60.0.0/24')
        const told = followRunning(cloud)
        let pattern: Pattern | undefined
        const ourVm = async () => {
          const began = performance.now()
          const { id } = await askVm(cloud, 'measured', { networkId })
          await until('the VM to run', () => told.has(id), 60_000)
          pattern ??= await patternOf(cloud, lab)
          await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', id))
          return told.get(id)! - began
        }
        await ourVm()
        await bareVm(lab, pattern!)
        const times = { ours: [] as number[], bare: [] as number[] }
        for (let round = 0; round < rounds; round++) {
          times.ours.push(await ourVm())
          times.bare.push(await bareVm(lab, pattern!))
        }
        const [ours, bare] = [percentiles(times.ours), percentiles(times.bare)]
        return [{ what: 'createVm, from the request to the subscriber who is told that it runs', ours: show(ours), peer: `a script of virsh on the host ${show(bare)}`, ratio: (ours.p50 / bare.p50).toFixed(2), goal: '<= 1.15' }]
      } finally { await cloud.close() }
    } finally { await removeLab({ name: lab.name, folder: lab.folder }) }
  },
}
