import { sql } from 'kysely'
import { Network, Subnet } from '../server/db/entities/network.ts'
import { UserAccount, Workspace } from '../server/db/entities/people.ts'
import { kyselyOf } from '../server/db/kysely.ts'
import type { Db, Em } from '../server/db/orm.ts'
import { simulatedUuid } from '../server/hypervisor/simulated/host.ts'
import { newId } from '../server/model/id.ts'
import { macFrom } from '../server/model/network.ts'

export interface SimulatedSeed {
  areaId: string
  poolId: string
  /** With its image's replica in the pool. */
  templateId: string
  /** An enrolled simulated host: the others are like it. */
  hostId: string
  /** How many there shall be, what is there included. */
  hosts: number
  vms: number
}

/** Hosts, or VMs, at once: no transaction may hold the event streams back for long, and each row has triggers that look at others. */
const chunk = 100
const vmsOfWorkspace = 1_000
const lastVlan = 4_094

/**
 * Puts simulated hosts, and VMs that run on them, into the books as their enrolment and creation would have left them, in
 * seconds instead of hours: a worker that meets such a host finds on it what the books say. Only what is missing is made.
 */
export async function seedSimulated(db: Db, seed: SimulatedSeed): Promise<void> {
  const em = db.em.fork()
  const hostIds = await seedHosts(em, seed)
  const there = await em.execute<{ name: string }[]>("select vm.name from vm join workspace on workspace.id = vm.workspace_id where workspace.name like 'simulated-%'")
  const known = new Set(there.map(({ name }) => name))
  const missing = Array.from({ length: seed.vms }, (_, index) => index).filter((index) => !known.has(nameOf(index)))
  if (missing.length === 0) return
  const owner = await ownerOf(em)
  const places = await seedWorkspaces(em, seed, Math.ceil(seed.vms / vmsOfWorkspace))
  for (let from = 0; from < missing.length; from += chunk) {
    await seedVms(em, seed, owner, missing.slice(from, from + chunk).map((index) => ({ index, hostId: hostIds[index % hostIds.length]!, ...places[Math.floor(index / vmsOfWorkspace)]! })))
  }
  for (const table of ['host', 'vm', 'disk', 'vm_interface', 'address', 'reservation']) await em.execute(`analyze ${table}`)
}

const nameOf = (index: number) => `vm-${index + 1}`

async function seedHosts(em: Em, { hostId, areaId, hosts }: SimulatedSeed): Promise<string[]> {
  const known = new Set((await em.execute<{ name: string }[]>('select name from host')).map(({ name }) => name))
  const names = Array.from({ length: hosts }, (_, index) => `simulated-${index + 1}`).filter((name) => !known.has(name))
  const missing = names.slice(0, Math.max(0, hosts - known.size)).map((name) => ({ id: newId(), name, uuid: simulatedUuid(name) }))
  for (let from = 0; from < missing.length; from += chunk) {
    // All columns of the host that is there, whatever they are by now, but what each has of its own.
    await em.execute(`
      insert into host select (jsonb_populate_record(base, jsonb_build_object('id', fresh.id, 'name', fresh.name, 'version', 1, 'created_at', now(), 'updated_at', now(),
        'facts', base.facts || jsonb_build_object('hostname', fresh.name, 'hostUuid', fresh.uuid)))).*
      from host base, jsonb_to_recordset(?::jsonb) as fresh (id uuid, name text, uuid text) where base.id = ?`, [JSON.stringify(missing.slice(from, from + chunk)), hostId])
  }
  return (await em.execute<{ id: string }[]>("select id from host where kind = 'simulated' and area_id = ? and state <> 'retired' order by id", [areaId])).map(({ id }) => id)
}

/** Nobody signs in as the one who made them. */
async function ownerOf(em: Em): Promise<string> {
  const [known] = await em.execute<{ id: string }[]>("select id from user_account where username_key = 'simulated'")
  if (known) return known.id
  const id = newId()
  await em.insert(UserAccount, { id, username: 'simulated', usernameKey: 'simulated', passwordHash: '-', disabledAt: new Date() })
  return id
}

interface Place { workspaceId: string; networkId: string; subnetId: string; number: number }

/** Workspaces `simulated-1` and on, each with a network and its subnet. */
async function seedWorkspaces(em: Em, { areaId }: SimulatedSeed, count: number): Promise<Place[]> {
  const known = await em.execute<(Omit<Place, 'number'> & { name: string })[]>(`
    select workspace.id as "workspaceId", workspace.name, network.id as "networkId", subnet.id as "subnetId" from workspace
    join network on network.workspace_id = workspace.id and network.name = 'simulated' join subnet on subnet.network_id = network.id where workspace.name like 'simulated-%'`)
  const used = new Set((await em.execute<{ vlan: number }[]>('select vlan from network where area_id = ? and vlan is not null', [areaId])).map(({ vlan }) => vlan))
  const places: Place[] = []
  let vlan = 1
  for (let number = 1; number <= count; number++) {
    const name = `simulated-${number}`
    const there = known.find((place) => place.name === name)
    if (there) { places.push({ ...there, number }); continue }
    do vlan++; while (used.has(vlan))
    if (vlan > lastVlan) throw new Error('The simulated area has no VLAN left for another workspace.')
    const place = { workspaceId: newId(), networkId: newId(), subnetId: newId(), number }
    await em.insert(Workspace, { id: place.workspaceId, name, nameKey: name })
    await em.insert(Network, { id: place.networkId, workspace: place.workspaceId, area: areaId, name: 'simulated', vlan, phase: 'ready' })
    await em.insert(Subnet, { id: place.subnetId, network: place.networkId, cidr: `10.${number % 256}.0.0/16`, gateway: `10.${number % 256}.0.1`, dns: [], rangeFirst: `10.${number % 256}.0.2`, rangeLast: `10.${number % 256}.255.254` })
    places.push(place)
  }
  return places
}

async function seedVms(em: Em, { areaId, poolId, templateId, hostId }: SimulatedSeed, owner: string, vms: readonly (Place & { index: number; hostId: string })[]): Promise<void> {
  const [{ prefix }] = await em.execute<[{ prefix: string }]>('select mac_prefix as prefix from installation')
  const rows = vms.map((vm) => {
    const inWorkspace = vm.index % vmsOfWorkspace + 2
    return {
      ...vm, id: newId(), domain: crypto.randomUUID(), name: nameOf(vm.index), disk: newId(), card: newId(), address: newId(), onHost: newId(), inPool: newId(),
      mac: macFrom(prefix, Uint8Array.of(vm.index >> 16, (vm.index >> 8) & 255, vm.index & 255)), ip: `10.${vm.number % 256}.${inWorkspace >> 8}.${inWorkspace & 255}`,
    }
  })
  const given = sql`
    row as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row ("id" uuid, "domain" uuid, "name" text, "disk" uuid, "card" uuid, "address" uuid, "onHost" uuid, "inPool" uuid,
        "mac" macaddr, "ip" inet, "hostId" uuid, "workspaceId" uuid, "networkId" uuid, "subnetId" uuid)
    ), source as (
      select template.vcpus, template.memory_bytes, template.disk_bytes, image_replica.id as replica_id,
        (select jsonb_build_object('domainType', facts -> 'domainType', 'emulator', facts -> 'emulator', 'architecture', facts -> 'architecture', 'machineType', facts -> 'machineType', 'cpuModel', facts -> 'cpuModel') from host where host.id = ${hostId}) as machine
      from template join image_replica on image_replica.image_version_id = template.image_version_id and image_replica.pool_id = ${poolId} where template.id = ${templateId}
    )`
  await em.fork().transactional(async (em) => {
    await sql`
      with ${given} insert into vm (id, workspace_id, area_id, template_id, host_id, name, hostname, domain_uuid, phase, observed_power, observed_at, vcpus, memory_bytes, machine, created_by)
      select row.id, row."workspaceId", ${areaId}, ${templateId}, row."hostId", row.name, row.name, row.domain, 'ready', 'running', now(), source.vcpus, source.memory_bytes, source.machine, ${owner} from row, source`.execute(kyselyOf(em))
    // Apart, for the triggers of these look at the machine.
    await sql`
      with ${given}, disk as (
        insert into disk (id, vm_id, position, pool_id, volume, size_bytes, replica_id)
        select row.disk, row.id, 0, ${poolId}, row.id || '-disk-0.qcow2', source.disk_bytes, source.replica_id from row, source
      ), card as (
        insert into vm_interface (id, vm_id, position, network_id, mac) select row.card, row.id, 0, row."networkId", row.mac from row
      ), address as (
        insert into address (id, subnet_id, ip, interface_id, vm_id) select row.address, row."subnetId", row.ip, row.card, row.id from row
      ), of_host as (
        insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) select row."onHost", row.id, row."hostId", source.vcpus, source.memory_bytes, 'vm' from row, source
      )
      insert into reservation (id, vm_id, pool_id, disk_bytes, reason) select row."inPool", row.id, ${poolId}, source.disk_bytes, 'vm' from row, source`.execute(kyselyOf(em))
  })
}
