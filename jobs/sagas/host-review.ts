import { booksOfHost, ownershipOf, reviewOf, storeInventory } from '../../server/db/queries/host-review.ts'
import { foreignClaim, generationBeyond } from '../../server/model/host-inventory.ts'
import type { HostInventory, Ownership } from '../../server/model/host-inventory.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { hostReview } from '../contract/host.ts'
import { claimPools, takeInventory } from '../review/look.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'

type Context = StepContext<{ hostId: string; digest: string }, Deps>

const step = stepsOf<typeof hostReview, Deps>()

const reach = ({ deps, input, control }: Context) => deps.hosts.underReview(input.hostId, control)

/** What the host has now, kept for whoever looks next, and held against the books. */
async function lookAgain(context: Context) {
  const { hypervisor, fabric } = await reach(context)
  const seen = await takeInventory(context.em(), context.input.hostId, hypervisor, fabric)
  await context.write((em) => storeInventory(em, context.input.hostId, seen))
  return reviewOf(context.em(), context.input.hostId, seen)
}

function refuseForeign(own: Ownership, seen: HostInventory): void {
  const foreign = foreignClaim(own, seen)
  if (foreign) throw new KloudakError('WRONG_STATE', foreign.message, { remedy: foreign.remedy })
}

/** Only what the operator has seen is taken as it is. */
const look = step('look', {
  kind: 'idempotent',
  do: async (context) => {
    const { own, seen, digest } = await lookAgain(context)
    refuseForeign(own, seen)
    if (digest !== context.input.digest) throw new KloudakError('PLAN_CHANGED', 'Host or books have changed since their differences were looked at.', { remedy: 'Look at hostDifferences again, and review the host again.' })
  },
})

/** A pivot: from here on another copy of these books, if there is one, finds that the host is no longer its own. */
const mark = step('mark', {
  kind: 'pivot',
  do: async (context) => {
    const { hypervisor, fabric } = await reach(context)
    const { hostId } = context.input
    const seen = await takeInventory(context.em(), hostId, hypervisor, fabric)
    // This may be hours after the look: a host that cannot be reached is tried again and again.
    refuseForeign(await ownershipOf(context.em()), seen)
    const beyond = generationBeyond(await ownershipOf(context.em()), seen)
    await context.write(async (em) => { await em.execute('update installation set generation = ? where generation < ?', [beyond, beyond]) })
    const own = await ownershipOf(context.em())
    const vmOf = new Map((await booksOfHost(context.em(), hostId)).vms.map(({ domainUuid, id }) => [domainUuid, id]))
    for (const { domainUuid, owner } of seen.vms) {
      const vmId = vmOf.get(domainUuid)
      // A VM that the books do not know keeps the stamp that it has.
      if (vmId === undefined || owner?.installationId !== own.installationId || owner.generation === own.generation) continue
      await hypervisor.stampVm(domainUuid, { installationId: own.installationId, generation: own.generation, vmId }).catch((error: unknown) => {
        // Somebody removed it on the host a moment ago.
        if (!(error instanceof KloudakError && error.code === 'NOT_FOUND')) throw error
      })
    }
    await claimPools(context.em(), hostId, hypervisor)
  },
})

/** Books and host agree from here on, and what waited for the host goes on. */
const books = step('books', {
  kind: 'idempotent',
  do: async (context) => {
    const { hostId } = context.input
    const { settlements, seen } = await lookAgain(context)
    const powers = JSON.stringify(seen.vms.map(({ domainUuid, power }) => ({ domainUuid, power })))
    await context.write(async (em) => {
      for (const { vmId, phase, failure } of settlements) {
        await em.execute("update vm set phase = ?, failure = ?, observed_power = 'unknown', desired_power = case when ? = 'failed' then 'stopped' else desired_power end where id = ? and not exists (select from object_lock where object_key = 'vm:' || vm.id)", [phase, failure, phase, vmId])
      }
      // What runs is meant to run, and what does not is not: nobody is started or stopped by a restore.
      await em.execute(`
        update vm set desired_power = case told.power when 'running' then 'running' when 'paused' then 'paused' else 'stopped' end, observed_power = told.power, observed_at = now()
        from jsonb_to_recordset(?::jsonb) as told ("domainUuid" uuid, power text)
        where vm.host_id = ? and vm.domain_uuid = told."domainUuid" and vm.phase = 'ready' and not exists (select from object_lock where object_key = 'vm:' || vm.id)`, [powers, hostId])
      await em.execute('update host set frozen_reason = null, frozen_at = null where id = ?', [hostId])
      await em.execute("update saga set run_after = now() where state in ('running', 'undoing') and worker_id is null and run_after > now()")
    })
  },
})

export const hostReviewSaga = defineSaga(hostReview, { steps: [look, mark, books] })
