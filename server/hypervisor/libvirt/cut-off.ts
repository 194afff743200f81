import { domainState, shutoffReason } from '../../wire/libvirt/constants.ts'
import { domainStats, statsFlag } from '../../wire/libvirt/flag-constants.ts'
import { paramsByName } from '../../wire/libvirt/protocol/typed-params.ts'
import type { CutOff } from '../cut-off.ts'
import type { Calls } from './calls.ts'

/** Libvirt forgets with the host's memory (/run) why a domain is off; the reason is then "unknown". */
export function cutOffOf(calls: Calls): CutOff {
  return {
    async listCutOff() {
      const { records } = await calls.job('ConnectGetAllDomainStats', { domains: [], stats: domainStats.STATE, flags: statsFlag.NOWAIT })
      return records.filter(({ params }) => {
        const values = paramsByName(params)
        return Number(values.get('state.state')) === domainState.SHUTOFF && Number(values.get('state.reason')) === shutoffReason.UNKNOWN
      }).map(({ domain }) => domain.uuid).sort()
    },
  }
}
