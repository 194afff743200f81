import { KloudakError } from '../../server/model/errors.ts'
import { hostRestrictKey } from '../contract/host.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { hostRow } from './host-look.ts'

const step = stepsOf<typeof hostRestrictKey, Deps>()

/** A key that is restricted already runs nothing that could say so: then there is nothing to do but to note it. */
const restrict = step('restrict', {
  kind: 'idempotent',
  callTimeoutMs: 20_000,
  do: async (context) => {
    const { hostId } = context.input
    const { publicKey, name } = await hostRow(context)
    const machine = await context.deps.hosts.machine(hostId, context.control)
    const { shell } = await machine.discover([])
    if (shell === 'answered') {
      if (publicKey === null) throw new KloudakError('WRONG_STATE', `The public half of the key of host ${name} is not known.`, { remedy: 'Give the key to updateHost once more.' })
      await machine.restrictKey(publicKey)
    }
    await context.write(async (em) => { await em.execute('update host set ssh_key_restricted_at = coalesce(ssh_key_restricted_at, now()) where id = ?', [hostId]) })
  },
})

export const hostRestrictKeySaga = defineSaga(hostRestrictKey, { steps: [restrict] })
