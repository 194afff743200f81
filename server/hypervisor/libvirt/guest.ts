import { plainError } from '../../model/host-error.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { passwordFlag } from '../../wire/libvirt/flag-constants.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { refusedWith } from './errors.ts'

const agentTimeoutSeconds = 5

/** What happens inside the guest, through its agent. */
export function guestOf(calls: Calls): Pick<HypervisorDriver, 'setGuestPassword'> {
  return {
    async setGuestPassword(domainUuid, username, hash) {
      const domain = domainRef(domainUuid)
      try {
        // Without it a guest that has died since its agent was last heard holds the answer, and the next one's turn, for ever.
        await calls.job('DomainAgentSetResponseTimeout', { domain, timeoutSeconds: agentTimeoutSeconds })
        await calls.job('DomainSetUserPassword', { domain, user: username, password: hash, flags: passwordFlag.ENCRYPTED })
      } catch (error) {
        if (refusedWith(error, errorCode.OPERATION_INVALID)) throw plainError('WRONG_STATE', 'The VM does not run.', { remedy: 'Start it first.', cause: error })
        if (refusedWith(error, errorCode.AGENT_UNRESPONSIVE, errorCode.AGENT_UNSYNCED, errorCode.OPERATION_UNSUPPORTED, errorCode.ARGUMENT_UNSUPPORTED)) {
          throw plainError('WRONG_STATE', 'No guest agent answers in the VM.', { remedy: 'Install and start qemu-guest-agent in the guest, or wait until the guest is up, and try again.', cause: error })
        }
        // The agent's own refusals have no number of their own.
        if (refusedWith(error, errorCode.INTERNAL_ERROR)) throw plainError('WRONG_STATE', 'The guest refused to set the password.', { remedy: 'Check that the guest has this user.', cause: error })
        throw error
      }
    },
  }
}
