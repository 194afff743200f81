import { createHash, randomBytes } from 'node:crypto'
import type { Em } from '../orm.ts'

export type ConsoleKind = 'serial' | 'screen'
/** `browser`: spent at the API by the user's browser. `worker`: spent at a worker by the API. */
export type ConsoleLeg = 'browser' | 'worker'

/** Whose console, and in which session of theirs it was asked for. */
export interface ConsoleGrant { vmId: string; userId: string; sessionId: string; kind: ConsoleKind }

export const ticketLifeMs = 30_000

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest()

/** A ticket for one opening within half a minute. Only its hash is kept. */
export async function issueConsoleTicket(em: Em, leg: ConsoleLeg, { vmId, userId, sessionId, kind }: ConsoleGrant): Promise<{ ticket: string; expiresAt: Date }> {
  const ticket = randomBytes(32).toString('base64url')
  const [row] = await em.execute<{ expires_at: Date }[]>(`
    insert into console_ticket (ticket_hash, vm_id, user_id, session_id, kind, leg, expires_at)
    values (?, ?, ?, ?, ?, ?, now() + ? * interval '1 millisecond') returning expires_at`, [hashOf(ticket), vmId, userId, sessionId, kind, leg, ticketLifeMs])
  return { ticket, expiresAt: new Date(row!.expires_at) }
}

/** A grant at the moment at which its ticket is spent, with the user's name for the audit. */
export interface SpentGrant extends ConsoleGrant { username: string }

/** Spends a ticket. Undefined when it was spent before, is too old, is for the other leg, or never was: these look alike. */
export async function spendConsoleTicket(em: Em, leg: ConsoleLeg, ticket: string): Promise<SpentGrant | undefined> {
  const [row] = await em.execute<SpentGrant[]>(`
    update console_ticket set used_at = now() where ticket_hash = ? and leg = ? and used_at is null and expires_at > now()
    returning vm_id as "vmId", user_id as "userId", session_id as "sessionId", kind,
      (select username from user_account where user_account.id = console_ticket.user_id) as username`, [hashOf(ticket), leg])
  return row
}

/** What a ticket was for that can be spent no more. Says nothing of who holds it. */
export async function oldConsoleTicket(em: Em, ticket: string): Promise<Pick<ConsoleGrant, 'vmId' | 'kind'> | undefined> {
  const [row] = await em.execute<Pick<ConsoleGrant, 'vmId' | 'kind'>[]>('select vm_id as "vmId", kind from console_ticket where ticket_hash = ?', [hashOf(ticket)])
  return row
}

/** Tickets of a user that could still be spent. */
export async function openConsoleTickets(em: Em, userId: string): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>("select count(*)::integer as count from console_ticket where user_id = ? and leg = 'browser' and used_at is null and expires_at > now()", [userId])
  return row?.count ?? 0
}

/** Where the worker that owns the VM's host takes consoles; undefined while none does. */
export async function consoleUrlOf(em: Em, vmId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ url: string }[]>(`
    select worker.console_url as url from vm
    join host_lease on host_lease.host_id = vm.host_id and host_lease.expires_at > now()
    join worker on worker.id = host_lease.worker_id and worker.console_url is not null and (worker.alive_until is null or worker.alive_until > now())
    where vm.id = ?`, [vmId])
  return row?.url
}

/** The VM on its host, as a worker needs it to open a console. */
export async function consoleTarget(em: Em, vmId: string): Promise<{ hostId: string; domainUuid: string } | undefined> {
  const [row] = await em.execute<{ hostId: string; domainUuid: string }[]>('select host_id as "hostId", domain_uuid as "domainUuid" from vm where id = ?', [vmId])
  return row
}
