import type { Elsewhere, Finding } from '../../model/drift.ts'
import { mendedKinds } from '../../model/drift.ts'
import type { DriftKind } from '../../model/drift.ts'
import { newId } from '../../model/id.ts'
import type { Em } from '../orm.ts'
import { isStanding } from './pool-ref.ts'
import { uuidArray } from './page.ts'

/** The host, when it may be judged: it is up, nobody reviews it, and no work has it to itself. */
export async function judgedHost(em: Em, hostId: string): Promise<{ areaId: string } | undefined> {
  const [row] = await em.execute<{ areaId: string }[]>(`
    select area_id as "areaId" from host where id = ? and state = 'up' and frozen_at is null and not exists (select from object_lock where object_key = 'host:' || host.id)`, [hostId])
  return row
}

/** Takes it on to look at those of the host's pools that nobody has looked at for so long; returns their ids. */
export async function takePools(em: Em, hostId: string, everyMs: number): Promise<Set<string>> {
  const rows = await em.execute<{ id: string }[]>(`
    insert into pool_sweep (pool_id, swept_at) select pool.id, now() from pool join host on host.area_id = pool.area_id where host.id = ? and ${isStanding} order by pool.id
    on conflict (pool_id) do update set swept_at = excluded.swept_at where pool_sweep.swept_at < now() - ? * interval '1 millisecond' returning pool_id as id`, [hostId, everyMs])
  return new Set(rows.map(({ id }) => id))
}

/** This host could not look at them: the next one may at once. */
export async function leavePools(em: Em, poolIds: readonly string[]): Promise<void> {
  await em.execute("update pool_sweep set swept_at = '-infinity' where pool_id = any(?::uuid[])", [uuidArray(poolIds)])
}

/** Those of the domains that the books have on another host. */
export async function vmsElsewhere(em: Em, hostId: string, domainUuids: readonly string[]): Promise<Elsewhere[]> {
  return em.execute(`
    select vm.domain_uuid as "domainUuid", vm.id as "vmId", vm.name, host.name as "hostName" from vm join host on host.id = vm.host_id
    where vm.domain_uuid = any(?::uuid[]) and vm.host_id <> ?`, [uuidArray(domainUuids), hostId])
}

/** What a look speaks of: what is open there and was not found again is over. */
export interface Scope { kinds: readonly DriftKind[]; hostId?: string; poolIds?: readonly string[] }

export type OpenDrift = Pick<Finding, 'kind' | 'hostId' | 'poolId' | 'vmId' | 'subject'> & { id: string }

export async function openDrift(em: Em, { kinds, hostId, poolIds }: Scope): Promise<OpenDrift[]> {
  return em.execute(`
    select id, kind, host_id as "hostId", pool_id as "poolId", vm_id as "vmId", subject from drift
    where resolved_at is null and kind = any(?::text[]) and (?::uuid is null or host_id = ?) and (?::uuid[] is null or pool_id = any(?::uuid[]))`,
  [`{${kinds.join(',')}}`, hostId ?? null, hostId ?? null, poolIds ? uuidArray(poolIds) : null, poolIds ? uuidArray(poolIds) : null])
}

/** Writes what was found twice; `firstMs`: how long ago the first time was. Returns what is new. What was repaired lately, and is back, keeps its count of tries. */
export async function writeDrift(em: Em, findings: readonly Finding[], firstMs: number): Promise<(Finding & { id: string })[]> {
  if (findings.length === 0) return []
  const rows = findings.map((finding) => ({ id: newId(), ...finding }))
  const written = await em.execute<{ id: string }[]>(`
    insert into drift (id, area_id, host_id, pool_id, vm_id, kind, subject, message, first_seen_at, last_seen_at, tries)
    select found.id, found."areaId", found."hostId", found."poolId", found."vmId", found.kind, found.subject, found.message, now() - ? * interval '1 millisecond', now(),
      coalesce((select max(tries) from drift before where (before.kind, before.subject) = (found.kind, found.subject) and (before.host_id, before.pool_id) is not distinct from (found."hostId", found."poolId") and before.repaired_at > now() - interval '1 hour'), 0)
    from jsonb_to_recordset(?::jsonb) as found (id uuid, "areaId" uuid, "hostId" uuid, "poolId" uuid, "vmId" uuid, kind text, subject text, message text)
    on conflict (kind, subject, host_id, pool_id) where resolved_at is null do update set last_seen_at = excluded.last_seen_at, message = excluded.message
    returning id`, [Math.round(firstMs), JSON.stringify(rows)])
  const ids = new Set(written.map(({ id }) => id))
  return rows.filter(({ id }) => ids.has(id))
}

export async function resolveDrift(em: Em, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await em.execute('update drift set resolved_at = now() where resolved_at is null and id = any(?::uuid[])', [uuidArray(ids)])
}

/** So often the sweep mends by itself; then it is a person's. */
export const mostTries = 3

const isIdle = "not exists (select from task where task.id = drift.task_id and task.state in ('queued', 'running', 'undoing', 'stuck'))"

/** What the sweep is to mend by itself now, locked until the transaction ends. */
export async function dueRepairs(em: Em, { kinds, hostId, poolIds }: Scope, limit = 20): Promise<OpenDrift[]> {
  const mended = kinds.filter((kind) => (mendedKinds as readonly DriftKind[]).includes(kind))
  if (mended.length === 0) return []
  return em.execute(`
    select drift.id, drift.kind, drift.host_id as "hostId", drift.pool_id as "poolId", drift.vm_id as "vmId", drift.subject
    from drift join area on area.id = drift.area_id
    where drift.resolved_at is null and drift.ignored_at is null and drift.tries < ? and drift.kind = any(?::text[]) and drift.kind <> all(area.drift_report_only)
      and (?::uuid is null or drift.host_id = ?) and (?::uuid[] is null or drift.pool_id = any(?::uuid[])) and ${isIdle}
    order by coalesce(drift.vm_id, drift.id) limit ? for no key update of drift skip locked`,
  [mostTries, `{${mended.join(',')}}`, hostId ?? null, hostId ?? null, poolIds ? uuidArray(poolIds) : null, poolIds ? uuidArray(poolIds) : null, limit])
}

/** Of how many differences on these hosts, or in these areas, nobody has said that they may stay. */
export async function openDriftCounts(em: Em, column: 'host_id' | 'area_id', ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await em.execute<{ id: string; count: number }[]>(`
    select ${column} as id, count(*)::integer as count from drift where ${column} = any(?::uuid[]) and resolved_at is null and ignored_at is null group by 1`, [uuidArray(ids)])
  return new Map(rows.map(({ id, count }) => [id, count]))
}
