import { notFound } from '../auth/authorize.ts'
import type { DriftKind } from '../model/drift.ts'
import { isMended, mendedKinds } from '../model/drift.ts'
import { KloudakError } from '../model/errors.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'

export interface DriftPolicyInput extends Asked { areaId: string; reportOnly: readonly DriftKind[] }

/**
 * Which kinds of differences the sweep only reports in an area, of those that it mends by itself otherwise. NOT_FOUND;
 * INVALID_INPUT for a kind that is never mended by itself. For superusers.
 */
export async function setDriftPolicy(context: AppContext, input: DriftPolicyInput): Promise<Done> {
  const { areaId, reportOnly } = input
  return act(context, { method: 'setDriftPolicy', input, objectId: areaId }, async (act) => {
    act.requireSuperuser()
    const [area] = await act.em.execute<{ name: string; version: number }[]>('select name, version from area where id = ? for no key update', [areaId])
    if (!area) throw notFound('area', 'areaId')
    act.object = { type: 'area', id: areaId, name: area.name }
    const wrong = reportOnly.findIndex((kind) => !isMended(kind))
    if (wrong >= 0) throw new KloudakError('INVALID_INPUT', 'Differences of this kind are only reported anyway.', { field: `reportOnly.${wrong}`, remedy: 'Leave it out.' })
    const kept = mendedKinds.filter((kind) => reportOnly.includes(kind))
    act.plan.restsOn(`area ${areaId}`, area.version)
    for (const kind of mendedKinds) act.plan.step(`${kept.includes(kind) ? 'Only report' : 'Mend'}: ${kind}.`)
    await act.em.execute('update area set drift_report_only = ? where id = ?', [`{${kept.join(',')}}`, areaId])
    return { taskId: null }
  })
}
