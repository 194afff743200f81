// What a drain does at each look at its host: moves begun until so many are under way, and who is stuck. Called by the saga,
// in its transaction.
import type { OnStuck } from '../../jobs/contract/host-drain.ts'
import { vmMigrate } from '../../jobs/contract/vm-migrate.ts'
import { vmPower } from '../../jobs/contract/vm.ts'
import type { Sender } from '../db/boss.ts'
import type { HostDrain } from '../db/entities/infrastructure.ts'
import { kyselyOf } from '../db/kysely.ts'
import { failedMoves, openMoves, readDrain, writeStuck } from '../db/queries/host-drain.ts'
import { lockMovableVm, movableVmsOn } from '../db/queries/vm-migrate.ts'
import type { MovableVm } from '../db/queries/vm-migrate.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { hindranceOf } from '../model/vm-move.ts'
import { requestCancel, startTask } from './task.ts'
import { promiseMove } from './vm-migrate.ts'

interface Request { taskId: string; hostId: string; atOnce: number; onStuck: OnStuck }
type Stuck = HostDrain['stuck'][number]
interface Asker { userId: string | null; requestId: string | null; clientAddress: string | null }

/** One that could not be moved is tried again after this: room may have come, or the reason gone. */
const againMs = 15_000
/** Hosts are asked for room for so many at most in one look, which is one short transaction. */
const triesInOneLook = 8

export function drainWork(sender: Sender) {
  return {
    goOn: (em: Em, request: Request) => goOn(em, sender, request),
    async stop(em: Em, taskId: string): Promise<number> {
      const open = await openMoves(em, taskId)
      for (const { taskId: id, isCancellable } of open) {
        if (!isCancellable) continue
        await requestCancel(em, sender, id).catch((error: unknown) => {
          // It passed its pivot or ended since we looked.
          if (!(error instanceof KloudakError && error.code === 'WRONG_STATE')) throw error
        })
      }
      return open.length
    },
  }
}

async function goOn(em: Em, sender: Sender, request: Request): Promise<{ moved: number; left: number; underWay: number; stuck: readonly Stuck[] }> {
  const { taskId, hostId, atOnce, onStuck } = request
  const state = await readDrain(em, hostId)
  if (!state?.drain) throw new KloudakError('WRONG_STATE', 'The host is not being drained any more.')
  const { nowMs, arriving, moved, drain } = state
  const by = await askerOf(em, taskId)
  const [vms, failed] = [await movableVmsOn(em, hostId), await failedMoves(em, taskId)]
  const known = new Map(drain.stuck.map((one) => [one.vmId, one]))
  const stuck: Stuck[] = []
  let underWay = vms.filter(({ isMoving }) => isMoving).length
  let tries = 0
  for (const vm of vms) {
    const before = known.get(vm.id)
    if (vm.isMoving) continue
    // What is being made or deleted ends by itself.
    if (vm.phase !== 'ready' || vm.observedPower === 'unknown') { if (before) stuck.push(before); continue }
    const failure = failed.get(vm.id)
    const foundMs = Math.max(before?.foundMs ?? 0, failure?.endedMs ?? 0)
    const isRecent = nowMs - foundMs < againMs
    let reason = failure && failure.endedMs >= (before?.foundMs ?? 0) ? failure.reason : before?.reason
    if (!(reason !== undefined && isRecent) && underWay < atOnce && tries < triesInOneLook) {
      tries++
      reason = await begin(em, sender, vm.id, { taskId, by })
      if (reason === undefined) { underWay++; continue }
      stuck.push(await found(vm, reason, nowMs, before))
      continue
    }
    if (reason !== undefined) stuck.push(await found(vm, reason, foundMs, before))
  }
  await writeStuck(em, hostId, stuck)
  const stays = new Set(onStuck === 'shutdown' ? stuck.map(({ vmId }) => vmId) : [])
  const left = vms.filter(({ id, observedPower }) => !(stays.has(id) && observedPower === 'stopped')).length + arriving
  return { moved, left, underWay, stuck: stuck.filter(({ vmId }) => !stays.has(vmId) || vms.find(({ id }) => id === vmId)?.observedPower !== 'stopped') }

  /** Once for each VM, when that is wanted: it is asked to shut down, and is moved, or stays, when it has. */
  async function found(vm: MovableVm, reason: string, foundMs: number, before: Stuck | undefined): Promise<Stuck> {
    const entry: Stuck = { vmId: vm.id, name: vm.name, reason, foundMs, ...(before?.isAsked && { isAsked: true }) }
    if (onStuck !== 'shutdown' || before?.isAsked || (vm.observedPower !== 'running' && vm.observedPower !== 'crashed')) return entry
    await kyselyOf(em).updateTable('vm').set({ desiredPower: 'stopped' }).where('id', '=', vm.id).execute()
    const action = vm.observedPower === 'crashed' ? 'stop' : 'shutdown'
    await startTask(em, sender, { contract: vmPower, input: { vmId: vm.id, action }, workspaceId: vm.workspaceId, method: `${action}Vm`, object: { type: 'vm', id: vm.id, name: vm.name }, publicInput: {}, ...by })
    return { ...entry, isAsked: true }
  }
}

/** Begins the move of one VM; returns why that cannot be, if it cannot. */
async function begin(em: Em, sender: Sender, vmId: string, { taskId, by }: { taskId: string; by: Asker }): Promise<string | undefined> {
  const vm = await lockMovableVm(em, vmId)
  if (!vm) return undefined
  const hindrance = hindranceOf(vm)
  if (hindrance) return hindrance.message
  try {
    const { id } = await promiseMove(em, vm, undefined)
    await startTask(em, sender, { contract: vmMigrate, input: { vmId, fromHostId: vm.hostId, toHostId: id, drainId: taskId }, workspaceId: null, method: 'migrateVm', object: { type: 'vm', id: vmId, name: vm.name }, publicInput: {}, ...by })
    return undefined
  } catch (error) {
    if (error instanceof KloudakError && ['NO_CAPACITY', 'WRONG_STATE', 'UNAVAILABLE'].includes(error.code)) return error.message
    throw error
  }
}

async function askerOf(em: Em, taskId: string): Promise<Asker> {
  const { user, requestId, clientAddress } = await kyselyOf(em).selectFrom('task').select(['user', 'requestId', 'clientAddress']).where('id', '=', taskId).executeTakeFirstOrThrow()
  return { userId: user ?? null, requestId: requestId ?? null, clientAddress: clientAddress ?? null }
}
