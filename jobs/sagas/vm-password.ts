import { vmPassword } from '../contract/vm.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { openVm, writeSeed } from './vm-machine.ts'

const step = stepsOf<typeof vmPassword, Deps>()

/** The password before is not known, so that nothing can take this back. */
const guest = step('guest', {
  kind: 'idempotent',
  // libvirt itself gives a silent agent its time several times over.
  callTimeoutMs: 30_000,
  do: async (context) => {
    const { plan, hypervisor } = await openVm(context)
    await hypervisor.setGuestPassword(plan.domainUuid, context.input.username, context.input.passwordHash)
  },
})

/** The seed knows root's password only; another user's is the guest's own affair. */
const books = step('books', {
  kind: 'pivot',
  do: async (context) => {
    const { vmId, username, passwordHash } = context.input
    if (username === 'root') await context.write(async (em) => { await em.execute('update vm set password_hash = ? where id = ?', [passwordHash, vmId]) })
  },
})

const seed = step('seed', {
  kind: 'idempotent',
  do: async (context) => { if (context.input.username === 'root') await writeSeed(context) },
})

export const vmPasswordSaga = defineSaga(vmPassword, { steps: [guest, books, seed] })
