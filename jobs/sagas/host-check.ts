import { hostCheck } from '../contract/host.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { signIn, trustHostKey } from './host-door.ts'
import { lookAtHost, lookAttempts, lookTimeoutMs } from './host-look.ts'

const step = stepsOf<typeof hostCheck, Deps>()

const hostKey = step('host-key', { kind: 'idempotent', do: trustHostKey })

const access = step('access', { kind: 'idempotent', do: signIn })

/** What fails stands on the checklist; the look itself has succeeded. */
const look = step('look', {
  kind: 'idempotent',
  callTimeoutMs: lookTimeoutMs,
  retry: { attempts: lookAttempts },
  do: async (context) => { await lookAtHost(context) },
})

export const hostCheckSaga = defineSaga(hostCheck, { steps: [hostKey, access, look] })
