import { migrateLive } from '../../server/hypervisor/migrate.ts'
import type { MigrationNumbers } from '../../server/hypervisor/migration.ts'
import { giveUpMove, settleMove } from '../../server/db/queries/vm-move.ts'
import type { Em } from '../../server/db/orm.ts'
import { isSafeForMigration } from '../../server/model/pool.ts'
import { vmMigrate } from '../contract/vm-migrate.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { checkBooks, checkDestination, checkWay, placeOf, proofOf, removeProofs } from './vm-migrate-check.ts'
import { bringToOneSide, findOneSide, findSides, leaveHost, openSides } from './vm-sides.ts'
import type { MoveContext, Sides } from './vm-sides.ts'

const step = stepsOf<typeof vmMigrate, Deps>()

/** `null`: the VM did not run, so that nothing was sent. */
type Moved = MigrationNumbers | null

/** The watch of both hosts looks again: while the VM moved, what they told of it was not believed. */
async function haveBothLookedAt(em: Em, { fromHostId, toHostId }: MoveContext['input']): Promise<void> {
  await em.execute('update host set observed_at = now() where id in (?, ?)', [fromHostId, toHostId])
}

const promise = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      await giveUpMove(em, context.input.vmId)
      await haveBothLookedAt(em, context.input)
    })
  },
})

const check = step('check', {
  kind: 'idempotent',
  do: async (context) => {
    await checkBooks(context)
    const sides = await openSides(context)
    await checkDestination(sides, proofOf(context.input.vmId))
    await checkWay(context, sides)
  },
  undo: async (context) => {
    const found = await findSides(context)
    if (found) await removeProofs(found.source, proofOf(context.input.vmId))
  },
})

/** The VLAN of each port is proven before the guest's processors run there: until then its machine only waits. */
async function provePorts({ destination: { plan, fabric } }: Sides): Promise<void> {
  if (plan.ports.length === 0) return
  const driver = await fabric()
  for (const port of plan.ports) await driver.ensureVlan(port)
}

/** The check has proven of every pool that both hosts see it; libvirt is told so only of directories, of which it cannot know. */
const needsOurWord = ({ plan }: Sides['source']) => [...plan.disks, plan.seed].some(({ pool: { source } }) => !isSafeForMigration(source?.kind ?? 'dir'))

const move = step('move', {
  kind: 'atMostOnce',
  // The destination starts QEMU and the source tells its own about it, each under the load of other VMs.
  callTimeoutMs: 30_000,
  do: async (context): Promise<Moved> => {
    // Again: it may have been recovered from a lost host since the check.
    await checkBooks(context)
    const sides = await openSides(context)
    const { source, destination } = sides
    const { domainUuid } = source.plan
    const [from, to] = [await source.hypervisor(), await destination.hypervisor()]
    if ((await bringToOneSide(sides)) === 'nowhere runs') {
      await to.defineVm(destination.plan.domain)
      return null
    }
    await migrateLive(from, to, {
      domainUuid,
      address: (await placeOf(context)).address,
      ports: destination.plan.ports,
      isSharingProven: needsOurWord(source),
      beforeSend: () => provePorts(sides),
      onProgress: ({ sentBytes, totalBytes }) => { context.progress(totalBytes > 0 ? sentBytes / totalBytes : 0) },
    })
    return numbersOf(sides)
  },
  readBack: async (context) => {
    const sides = await openSides(context)
    const where = await findOneSide(sides)
    if (where === 'destination') return { happened: true, output: await numbersOf(sides) }
    const { source, destination } = sides
    const isDefined = where === 'nowhere runs' && !destination.isOff && await (await destination.hypervisor()).migrationStanding(source.plan.domainUuid) === 'stopped'
    return isDefined ? { happened: true, output: null } : { happened: false }
  },
  undo: async (context) => {
    const sides = await findSides(context)
    if (!sides) return
    // Too late to be taken back: what has arrived stays, and the books follow it.
    if ((await findOneSide(sides)) === 'destination') return settleHere(context, sides)
    await leaveHost(sides.destination)
  },
})

async function settleHere(context: MoveContext, sides: Sides): Promise<void> {
  const numbers = await numbersOf(sides)
  await context.write((em) => writeMove(em, context, numbers))
  await leaveHost(sides.source)
}

async function numbersOf({ destination: { hypervisor, plan } }: Sides): Promise<Moved> {
  return await (await hypervisor()).migrationNumbers(plan.domainUuid) ?? null
}

async function writeMove(em: Em, { input, taskId }: MoveContext, numbers: Moved): Promise<void> {
  // One that was lost with its host and recovered on a third one is where that recovery says.
  const [vm] = await em.execute<{ isOurs: boolean }[]>('select host_id in (?, ?) as "isOurs" from vm where id = ? for no key update', [input.fromHostId, input.toHostId, input.vmId])
  if (!vm?.isOurs) return
  await settleMove(em, { vmId: input.vmId, hostId: input.toHostId })
  await em.execute(`
    update vm set last_migration = jsonb_build_object('fromHostId', ?::uuid, 'toHostId', ?::uuid, 'taskId', task.id, 'startedAt', task.started_at, 'finishedAt', now(), 'isLive', ?::boolean,
      'durationMs', ?::float8, 'downtimeMs', ?::float8, 'bytes', ?::float8)
    from task where task.id = ? and vm.id = ? and vm.last_migration ->> 'taskId' is distinct from task.id::text`,
  [input.fromHostId, input.toHostId, numbers !== null, numbers?.durationMs ?? null, numbers?.downtimeMs ?? null, numbers?.bytes ?? null, taskId, input.vmId])
  await haveBothLookedAt(em, input)
}

/** A pivot: the destination's word is believed from now on, and the source's promise is free for others. */
const settle = step('settle', {
  kind: 'pivot',
  do: async (context) => {
    const numbers = context.output(move) ?? null
    await context.write((em) => writeMove(em, context, numbers))
  },
})

/** The machine that stood still there, its definition, and ports that a crash left. */
const clean = step('clean', {
  kind: 'idempotent',
  do: async (context) => {
    // One that is proven to be off is cleaned when it returns; nobody waits for that.
    const [source] = await context.em().execute<{ state: string }[]>('select state from host where id = ?', [context.input.fromHostId])
    if (source?.state === 'fenced') return
    const found = await findSides(context)
    if (found) await leaveHost(found.source)
  },
})

export const vmMigrateSaga = defineSaga(vmMigrate, { steps: [promise, check, move, settle, clean] })
