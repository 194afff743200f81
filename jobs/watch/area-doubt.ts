import type { Em } from '../../server/db/orm.ts'
import { defaultSelfDoubtTimes } from './self-doubt.ts'

export interface AreaDoubtTimes {
  /** Hosts whose silences began within this time of each other fell silent together. */
  atOnceMs: number
  /** For how long a silence counts that has ended. */
  keepMs: number
}

export const defaultAreaDoubtTimes: AreaDoubtTimes = { atOnceMs: defaultSelfDoubtTimes.atOnceMs, keepMs: 600_000 }

/**
 * Why the host is not relied on to be broken, whoever else does not hear it; undefined when it is. More than a third of an area does
 * not break at once: its power or its network did, and hosts that lost only their network are well, while those that lost their power
 * come back one by one. So those that are back count for a while. Hosts that are proven to be off, or in maintenance, do not; but
 * one of which a person said so in spite of a doubt does, for that was said of it alone.
 */
export async function areaDoubt(em: Em, hostId: string, { atOnceMs, keepMs }: AreaDoubtTimes): Promise<string | undefined> {
  const [row] = await em.execute<{ all: number; together: number }[]>(`
    with area as (
      select other.id, other.silent_since from host join host other on other.area_id = host.area_id
      where host.id = ? and (other.id = host.id or (other.state not in ('enrolling', 'retired') and other.duty <> 'maintenance'
        and not exists (select from host_outage join fence on fence.outage_id = host_outage.id where host_outage.host_id = other.id and ended_at is null and host_outage.doubt is null)))
    ), silence as (
      select id, silent_since as began_at from area where silent_since is not null
      union all select id, began_at from host_silence join area on area.id = host_id where ended_at > now() - ? * interval '1 millisecond'
    )
    select (select count(*)::integer from area) as "all", (
      select count(distinct silence.id)::integer from silence join silence own on own.id = ? and silence.began_at between own.began_at - ? * interval '1 millisecond' and own.began_at + ? * interval '1 millisecond'
    ) as together`, [hostId, keepMs, hostId, atOnceMs, atOnceMs])
  const { all, together } = row!
  return together > Math.max(1, all / 3) ? `${together} of the ${all} hosts of its area fell silent within a minute.` : undefined
}
