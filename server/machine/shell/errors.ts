import { KloudakError } from '../../model/errors.ts'
import { SshAuthRefusedError, SshChannelRefusedError, SshConnectionLostError, SshError, SshHostKeyChangedError, SshUnreachableError } from '../../wire/ssh/errors.ts'

/**
 * Errors of the wire as the contract names them. A connection that is lost leaves nothing unknown when nothing was to be
 * changed. FORBIDDEN stands for a key that is not let in.
 */
export function machineError(error: unknown, { host, doesChange, signal }: { host: string; doesChange: boolean; signal: AbortSignal | undefined }): unknown {
  if (!(error instanceof SshError)) return error
  if (error instanceof SshConnectionLostError && doesChange) return new KloudakError('OUTCOME_UNKNOWN', `${host} did not answer: it may have been carried out, or not.`, { cause: error })
  if (signal?.aborted) return new KloudakError('CANCELLED', 'The work was cancelled.', { cause: error })
  if (error instanceof SshAuthRefusedError) return new KloudakError('FORBIDDEN', `Host ${host} does not let Kloudak's key in.`, { cause: error })
  if (error instanceof SshHostKeyChangedError) return new KloudakError('CONFLICT', `Host ${host} shows the key ${error.actualFingerprint}, and ${error.expectedFingerprint} is trusted.`, { cause: error, remedy: 'If the machine was set up anew, give its new fingerprint to updateHost. If not, somebody else answers at its address.' })
  if (error instanceof SshChannelRefusedError) return new KloudakError('WRONG_STATE', `Host ${host} opens no session for Kloudak's user.`, { cause: error, remedy: 'Allow the user sessions in sshd_config (MaxSessions).' })
  return new KloudakError('UNAVAILABLE', `Host ${host} cannot be reached: ${bottomOf(error)}`, { cause: error, remedy: error instanceof SshUnreachableError && error.stage === 'handshake' ? 'The host must run OpenSSH with an ed25519 host key.' : 'Check its address and port, and whether sshd runs there.' })
}

function bottomOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

const reasons: Record<string, (subject: string) => { message: string; remedy: string }> = {
  'no-tools': (subject) => ({ message: `has no ${subject}`, remedy: 'Install them: every Linux distribution has them.' }),
  'no-ovs-vsctl': () => ({ message: 'has no ovs-vsctl', remedy: 'Install Open vSwitch on the host (openvswitch-switch, openvswitch).' }),
  'ovs-silent': () => ({ message: 'has an Open vSwitch that does not answer', remedy: 'Start it on the host (systemctl start openvswitch-switch).' }),
  'uplink-missing': (subject) => ({ message: `has no network card ${subject}`, remedy: 'Look at its cards with checkHost, and name another one.' }),
  'uplink-taken': (subject) => ({ message: `has the card ${subject} in another bridge`, remedy: 'Take it out of that bridge, or name another one.' }),
  'uplink-failed': (subject) => ({ message: `could not put the card ${subject} into its bridge`, remedy: 'The log of ovs-vswitchd on the host says why.' }),
  'uplink-down': (subject) => ({ message: `could not bring the card ${subject} up`, remedy: 'Bring it up on the host (ip link set up).' }),
  'bridge-failed': (subject) => ({ message: `could not make or remove the bridge ${subject}`, remedy: 'The log of ovs-vswitchd on the host says why.' }),
  'folder-failed': (subject) => ({ message: `could not make the folder ${subject}`, remedy: 'Look what stands in its way on the host.' }),
  'key-not-found': () => ({ message: 'has no authorized_keys file with Kloudak\'s key that its user may change', remedy: 'Restrict the key by hand: put restrict,port-forwarding,command="/bin/false" before it.' }),
  'key-has-command': (subject) => ({ message: `has a command for Kloudak's key in ${subject} already`, remedy: 'Look at that line on the host.' }),
  'key-file-failed': (subject) => ({ message: `could not rewrite ${subject}`, remedy: 'Its user must be able to write that folder.' }),
}

/** What the script refused, for people. */
export function refusal(host: string, { error, subject, detail }: { error: string; subject: string; detail: string }): KloudakError {
  const reason = reasons[error]?.(subject)
  if (!reason) return new KloudakError('INTERNAL', `Host ${host} could not do it.`, { cause: new Error(`${error} ${subject} ${detail}`) })
  return new KloudakError('WRONG_STATE', `Host ${host} ${reason.message}${detail ? ` (${detail.slice(0, 200)})` : ''}.`, { remedy: reason.remedy })
}
