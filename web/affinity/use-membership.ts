import { useState } from 'react'
import { useClient } from 'urql'
import { useAct } from '../lib/act.ts'
import { offline, problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { GroupsOfVm, SetGroupsOfVm } from './operations.ts'

interface Membership {
  /** The VM whose groups are being changed. */
  changing: string | undefined
  join: (vmId: string) => Promise<Problem | undefined>
  leave: (vmId: string) => Promise<Problem | undefined>
}

/** Takes VMs into a group and out of it. Each resolves with what refused it. */
export function useMembership(groupId: string): Membership {
  const client = useClient()
  const [set] = useAct(SetGroupsOfVm)
  const [changing, setChanging] = useState<string>()

  // The API takes all groups of a VM at once: they are read at this moment, so that none that it joined meanwhile is lost.
  async function change(vmId: string, changed: (groupIds: string[]) => string[]): Promise<Problem | undefined> {
    setChanging(vmId)
    try {
      const { data, error } = await client.query(GroupsOfVm, { id: vmId }, { requestPolicy: 'network-only' }).toPromise()
      if (!data) return error ? problemOf(error) : offline
      if (!data.vm) return { code: 'NOT_FOUND', message: 'This VM is gone.' }
      const { problem } = await set({ vmId, affinityGroupIds: changed(data.vm.affinityGroups.map(({ id }) => id)) })
      return problem
    } finally {
      setChanging(undefined)
    }
  }
  return {
    changing,
    join: (vmId) => change(vmId, (ids) => [...ids.filter((id) => id !== groupId), groupId]),
    leave: (vmId) => change(vmId, (ids) => ids.filter((id) => id !== groupId)),
  }
}
