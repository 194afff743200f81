// The way into a host that Kloudak may not know yet: whose key it shows, and whether it lets ours in.
import { NotYet, KloudakError } from '../../server/model/errors.ts'
import type { CheckPoint } from '../../server/model/host-discovery.ts'
import { hostRow } from './host-look.ts'
import type { HostContext, HostRow } from './host-look.ts'

/** Between two looks whether somebody has pasted the key. */
const accessLookMs = 2_000

const machineOf = (context: HostContext) => context.deps.hosts.machine(context.input.hostId, context.control)

/**
 * Makes sure that a host key is trusted: the one that stands in the books, or the one that the address shows when it is what
 * the operator expects; else it waits until an operator has confirmed what it shows. Returns nothing for hosts without ssh.
 * @throws NotYet; KloudakError CONFLICT when the address shows another key: nothing is trusted then
 */
export async function trustHostKey(context: HostContext): Promise<void> {
  const { hostId } = context.input
  const host = await hostRow(context)
  if (host.kind !== 'ssh' || (host.pinned !== null && host.expected === null)) return
  const { line, fingerprint } = await noted(context, async () => (await machineOf(context)).offeredKey())
  await context.write(async (em) => { await em.execute('update host set ssh_offered_key = ? where id = ? and ssh_offered_key is distinct from ?', [line, hostId, line]) })
  if (host.expected === null) throw new NotYet(`Host ${host.name} shows the key ${fingerprint}. An operator must say whether it is the right one.`, { remedy: 'Compare it with what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub says on the host itself, and confirm it with confirmHostKey.' })
  if (host.expected !== fingerprint) {
    throw await noteFailure(context, new KloudakError('CONFLICT', `Host ${host.name} shows the key ${fingerprint}, not ${host.expected}: it is not trusted.`, { remedy: 'Compare both with what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub says on the host itself. If the one that you gave was wrong, change it with updateHost; if not, somebody else answers at this address.' }))
  }
  await context.write(async (em) => { await em.execute('update host set ssh_host_key = ?, ssh_expected_fingerprint = null where id = ? and ssh_expected_fingerprint = ?', [line, hostId, fingerprint]) })
}

/** Waits until the host lets our key in, if somebody has to paste it. @throws NotYet; KloudakError WRONG_STATE when it refuses a key that was given */
export async function signIn(context: HostContext): Promise<void> {
  const host = await hostRow(context)
  if (await noted(context, async () => (await machineOf(context)).admits())) return
  if (!host.keyMade) throw await noteFailure(context, refused(host))
  throw new NotYet(`Paste this line into ~/.ssh/authorized_keys of ${host.sshUser} on host ${host.name}: ${host.publicKey}`, { retryAfterMs: accessLookMs, remedy: 'The task goes on by itself as soon as the host lets the key in.' })
}

const refused = ({ name, sshUser, publicKey }: HostRow) => new KloudakError('WRONG_STATE', `Host ${name} does not let the key of ${sshUser} in.`, { remedy: publicKey === null ? 'Give the right key to updateHost.' : `Put this line into ~/.ssh/authorized_keys of ${sshUser} on the host, or give the right key to updateHost: ${publicKey}` })

/** An error that no further try will mend stands on the checklist too. */
async function noted<T>(context: HostContext, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof KloudakError && error.code !== 'CANCELLED') await noteFailure(context, error)
    throw error
  }
}

async function noteFailure(context: HostContext, error: KloudakError): Promise<KloudakError> {
  const point: CheckPoint = { point: 'ssh', subject: null, state: 'failed', message: error.message, remedy: error.remedy ?? null }
  await context.write(async (em) => { await em.execute('update host set checklist = ?::jsonb, checked_at = now() where id = ?', [JSON.stringify([point]), context.input.hostId]) })
  return error
}
