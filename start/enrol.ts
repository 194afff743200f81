import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { sagaQueue } from '../jobs/contract/queue.ts'
import { createArea, createPool, createTemplate, registerHost, registerImage } from '../server/app/inventory.ts'
import type { HostAccess, Operator, Registered } from '../server/app/inventory.ts'
import { bossSender, openBoss } from '../server/db/boss.ts'
import type { MasterKey } from '../server/db/master-key.ts'
import type { Db } from '../server/db/orm.ts'
import { GiB, MiB } from '../server/model/units.ts'
import { hasApt } from '../lab/packages.ts'
import type { Chosen } from './hypervisors.ts'
import { labFolder } from './hypervisors.ts'
import { asKnown, poolAt } from './known.ts'
import type { Settings } from './settings.ts'
import { seedSimulated } from './simulated-seed.ts'

export interface Enrolment { chosen: Chosen; settings: Settings; db: Db; databaseUrl: string; masterKey: MasterKey; onLine: (line: string) => void }

interface PlannedHost { name: string; access: HostAccess; publicBridge: string; trunkBridge: string }

const bridges = { publicBridge: 'public-br', trunkBridge: 'private-br' }
/** More than these are like them, and need no enrolment of their own. */
const enrolledSimulated = 3

/**
 * Brings the chosen hypervisors into the books, with an area, a pool and, on the lab, an image and a template, and waits
 * until their enrolment is done. A second start finds hosts, area and pool there, whatever they are called by then; image
 * and templates it finds by their names.
 */
export async function enrolHypervisors({ chosen, settings, db, databaseUrl, masterKey, onLine }: Enrolment): Promise<void> {
  if (chosen.mode === 'none' || chosen.mode === 'enrolled') return
  const boss = await openBoss({ url: databaseUrl, applicationName: 'kloudak-start-queue', queues: [sagaQueue], supervise: false, onError: (error) => { onLine(`the queue has a problem: ${error.message}`) } })
  try {
    const act = <T>(work: (operator: Operator) => Promise<T>) => db.em.fork().transactional((em) => work({ em, sender: bossSender(boss), userId: null, masterKey }))
    const planned = await planHosts(chosen.mode, settings)
    const { hosts, areaId } = await act(({ em }) => asKnown(em, planned))
    const area = areaId === undefined ? await act((operator) => createArea(operator, { name: chosen.mode })) : { id: areaId }
    const path = chosen.mode === 'local' ? '/var/lib/kloudak/pool' : '/srv/kloudak/pool'
    const pool = await act(async (operator) => createPool(operator, { name: await poolAt(operator.em, area.id, path) ?? 'pool-1', areaId: area.id, path, wipeOnDelete: false }))
    const registered: Registered[] = []
    for (const host of hosts) registered.push(await act((operator) => registerHost(operator, { ...host, areaId: area.id, isRebuilt: chosen.rebuilds ?? false })))
    onLine(`enrolling ${hosts.map(({ name }) => name).join(', ')} ...`)
    await waitForTasks(db, registered.map(({ taskId }) => taskId), onLine)

    if (chosen.rebuilds) await act(({ em }) => em.execute("update image_replica set state = 'failed' where pool_id = ?", [pool.id]))
    const image = await plannedImage(chosen.mode, settings.dataFolder, onLine)
    if (!image) return
    const imported = await act((operator) => registerImage(operator, { name: image.name, os: image.os, poolId: pool.id, file: image.file }))
    await waitForTasks(db, [imported.taskId], onLine)
    const template = await act((operator) => createTemplate(operator, { name: image.name, os: image.os, description: image.description, vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 1 * GiB, imageVersionId: imported.id, cloneMode: 'linked' }))
    await act((operator) => createTemplate(operator, { name: `${image.name}, full copy`, os: image.os, description: `${image.description} The disk stands alone.`, vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 1 * GiB, imageVersionId: imported.id, cloneMode: 'full' }))
    if (chosen.mode === 'simulated') await seedSimulated(db, { areaId: area.id, poolId: pool.id, templateId: template.id, hostId: registered[0]!.id, hosts: settings.simulatedHosts, vms: settings.simulatedVms })
  } finally {
    await boss.stop({ graceful: false })
  }
}

async function planHosts(mode: Chosen['mode'], { dataFolder, simulatedHosts }: Settings): Promise<PlannedHost[]> {
  if (mode === 'local') return [{ name: 'local', access: { kind: 'local' }, ...bridges }]
  if (mode === 'simulated') return Array.from({ length: Math.min(enrolledSimulated, simulatedHosts) }, (_, index) => ({ name: `simulated-${index + 1}`, access: { kind: 'simulated' }, ...bridges }))
  const { openLab } = await import('../lab/lab.ts')
  const lab = openLab({ name: 'default', folder: labFolder(dataFolder) })
  if (!lab) throw new Error('the lab is gone: start again')
  return lab.hosts.map((host) => ({
    name: host.name,
    access: { kind: 'ssh', address: host.address, sshPort: host.sshPort, sshUser: host.sshUser, privateKey: host.privateKey.text, hostKey: host.hostKey.line },
    publicBridge: host.publicBridge,
    trunkBridge: host.trunkBridge,
  }))
}

async function plannedImage(mode: Chosen['mode'], dataFolder: string, onLine: (line: string) => void) {
  if (mode === 'lab' || (mode === 'local' && hasApt() && process.getuid?.() === 0)) {
    const { buildGuestImage } = await import('../lab/guest/image.ts')
    const file = await buildGuestImage({ folder: join(dataFolder, 'images'), onLine })
    return { name: 'Kloudak guest', os: 'Linux', description: 'A small Linux that boots in seconds and takes cloud-init settings.', file }
  }
  if (mode !== 'simulated') {
    onLine('There is no template yet: the guest image is built as root on Debian or Ubuntu only.')
    return undefined
  }
  const { simulatedImage } = await import('./simulated-image.ts')
  return { name: 'Simulated guest', os: 'none', description: 'Nothing boots: the hosts are simulated.', file: simulatedImage(dataFolder) }
}

/** Waits for tasks to end; throws the error of one that did not end well. */
async function waitForTasks(db: Db, ids: readonly (string | undefined)[], onLine: (line: string) => void): Promise<void> {
  const wanted = ids.filter((id) => id !== undefined)
  const told = new Set<string>()
  for (;;) {
    const rows = wanted.length ? await db.em.fork().execute<{ object_name: string; state: string; error: { message: string; remedy?: string } | null }[]>('select object_name, state, error from task where id = any(?::uuid[])', [`{${wanted.join()}}`]) : []
    const failed = rows.find(({ state }) => ['failed', 'cancelled', 'stuck'].includes(state))
    if (failed) throw new Error(`${failed.object_name}: ${failed.error?.message ?? failed.state} ${failed.error?.remedy ?? ''}`.trim())
    for (const { object_name: name, state } of rows) if (state === 'done' && !told.has(name)) { told.add(name); onLine(`${name} is ready`) }
    if (rows.every(({ state }) => state === 'done')) return
    await delay(50)
  }
}
