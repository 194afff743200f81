import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql/gql.ts'
import type { UsageChangedSubscription } from '../gql/graphql.ts'
import { EventCursor } from './documents.ts'
import { restFor } from './socket.ts'

const Usage = graphql(`query Usage($workspaceId: ID!) { node(id: $workspaceId) { id ... on Workspace { quotas { resource limit used } } } }`)
const UsageChanged = graphql(`subscription UsageChanged($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor quotas { resource limit used } } }`)

type Quota = UsageChangedSubscription['usageChanged']['quotas'][number]

/**
 * What the workspace may have and has, kept true while somebody looks; undefined until it is known. The cursor is taken
 * before the first count, so that no change falls in between; when the stream ends, all of it begins anew.
 */
export function useUsage(workspaceId: string): readonly Quota[] | undefined {
  const client = useClient()
  const [quotas, setQuotas] = useState<readonly Quota[]>()
  useEffect(() => {
    let isOver = false
    let stop = () => {}
    async function follow(): Promise<void> {
      const { data: place } = await client.query(EventCursor, {}, { requestPolicy: 'network-only' }).toPromise()
      const { data } = await client.query(Usage, { workspaceId }, { requestPolicy: 'network-only' }).toPromise()
      if (isOver) return
      const found = data?.node && 'quotas' in data.node ? data.node.quotas : undefined
      if (!place || !found) return again()
      setQuotas(found)
      const subscription = client.subscription(UsageChanged, { workspaceId, after: place.eventCursor }).subscribe(({ data, error }) => {
        if (data) setQuotas(data.usageChanged.quotas)
        if (!error || isOver) return
        subscription.unsubscribe()
        void again()
      })
      stop = () => { subscription.unsubscribe() }
    }
    const again = async () => {
      await restFor(2_000)
      if (!isOver) await follow()
    }
    void follow()
    return () => { isOver = true; stop() }
  }, [client, workspaceId])
  return quotas
}
