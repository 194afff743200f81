// A live migration from the mutation to the task's end, beside `virsh migrate` run on the source host itself.
import { createLab, removeLab } from '../lab/lab.ts'
import type { Lab } from '../lab/lab.ts'
import { domainOf, done } from '../test/support/cloud-cards.ts'
import { startCloud } from '../test/support/cloud.ts'
import type { Cloud } from '../test/support/cloud.ts'
import { askVm, makeNetwork, vmIs } from '../test/support/cloud-vms.ts'
import { guestImage, virsh } from '../test/support/guest.ts'
import { percentiles, show } from './measure.ts'
import type { Bench } from './measure.ts'

const rounds = 6
const key = '/root/peer-key'

interface Took { wholeMs: number; durationMs: number; downtimeMs: number }

async function ours(cloud: Cloud, vmId: string): Promise<Took> {
  const began = performance.now()
  await done(cloud, 'migrateVm', { vmId })
  const wholeMs = performance.now() - began
  const { node } = await cloud.ask<{ node: { lastMigration: { durationMs: number; downtimeMs: number } } }>('query($id: ID!) { node(id: $id) { ... on VM { lastMigration { durationMs downtimeMs } } } }', { id: vmId })
  return { wholeMs, ...node.lastMigration }
}

/** Moves the guest by virsh on its host, in the time that the host's own clock says. */
async function bare(lab: Lab, from: number, uuid: string): Promise<Took> {
  const there = lab.hosts[2 - from]!
  const uri = `qemu+ssh://${there.sshUser}@${there.address}:${there.sshPort}/system?keyfile=${key}&no_verify=1`
  const moved = await lab.exec(from, ['bash', '-euc', `began=$(date +%s%N); virsh -q migrate --live --unsafe --persistent --undefinesource --auto-converge ${uuid} '${uri}' tcp://${there.address} >&2; echo $(( $(date +%s%N) - began ))`])
  if (moved.code !== 0) throw new Error(moved.stderr)
  const told = await virsh(lab, there.index, ['domjobinfo', '--completed', uuid])
  const numberOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(told)?.[1])
  return { wholeMs: Number(moved.stdout) / 1e6, durationMs: numberOf('Time elapsed'), downtimeMs: numberOf('Total downtime') }
}

export const bench: Bench = {
  name: 'A live migration',
  async rows() {
    const lab = await createLab({ name: `bench-migrate-${process.pid}`, hosts: 2 })
    try {
      const cloud = await startCloud({ lab, image: await guestImage() })
      try {
        for (const { index, privateKey } of lab.hosts) await lab.exec(index, ['sh', '-c', `umask 077; cat > ${key}`], { input: privateKey.text })
        const networkId = await makeNetwork(cloud, 'red', '10.60.0.0/24')
        const { id } = await askVm(cloud, 'measured', { networkId })
        await vmIs(cloud, id, 'UP')
        const uuid = await domainOf(cloud, 'measured')
        const hostNow = async () => {
          const { node } = await cloud.ask<{ node: { host: { name: string } } }>('query($id: ID!) { node(id: $id) { ... on VM { host { name } } } }', { id })
          return lab.hosts.find(({ name }) => name === node.host.name)!.index
        }
        const took = { ours: [] as Took[], bare: [] as Took[] }
        for (let round = -1; round < rounds; round++) {
          const own = await ours(cloud, id)
          const from = await hostNow()
          // There and back, so that the books stay right.
          const there = await bare(lab, from, uuid)
          await bare(lab, 3 - from, uuid)
          if (round >= 0) { took.ours.push(own); took.bare.push(there) }
        }
        const row = (what: string, of: (one: Took) => number, goal: string) => {
          const [own, peer] = [percentiles(took.ours.map(of)), percentiles(took.bare.map(of))]
          return { what, ours: show(own), peer: `virsh migrate --live on the source ${show(peer)}`, ratio: (own.p50 / peer.p50).toFixed(2), goal }
        }
        return [
          row('from the request to the end of the work, checks and books included', ({ wholeMs }) => wholeMs, '-'),
          row('the memory of a guest of 128 MiB on its way', ({ durationMs }) => durationMs, '-'),
          row('the guest stands still', ({ downtimeMs }) => downtimeMs, '-'),
        ]
      } finally { await cloud.close() }
    } finally { await removeLab({ name: lab.name, folder: lab.folder }) }
  },
}
