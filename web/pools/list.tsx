import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import type { PoolLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { Empty } from '../ui/empty.tsx'
import { PlusIcon, PoolIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { CreatePoolDialog } from './create.tsx'
import { DeletePool, Pools } from './operations.ts'
import { PoolCard } from './pool.tsx'

export function PoolList() {
  const { nodes, loading, problem } = usePages(Pools, {})
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<PoolLiveFragment>()
  const [remove, removing] = useAct(DeletePool)
  if (loading) return <PageSkeleton />
  const create = <Button leftSection={<PlusIcon />} onClick={() => { setCreating(true) }}>Add pool</Button>
  return (
    <Page title="Pools" subtitle={nodes.length > 0 && `${count(nodes.length, 'pool')} that disks can lie in`} actions={nodes.length > 0 && create}>
      <ProblemNote problem={problem} />
      {nodes.length === 0 && !problem && <Empty icon={<PoolIcon size={26} />} title="No pools yet" action={create}>Storage that every host of an area reaches: a folder, NFS, GlusterFS or Ceph.</Empty>}
      <Stack gap="lg">{nodes.map((pool) => <PoolCard key={pool.id} pool={pool} onDelete={() => { setDeleting(pool) }} />)}</Stack>
      <CreatePoolDialog opened={creating} onClose={() => { setCreating(false) }} />
      <ConfirmByName
        opened={deleting !== undefined} name={deleting?.name ?? ''} title="Delete this pool" verb="Delete pool" busy={removing} onClose={() => { setDeleting(undefined) }}
        text="It is taken off all hosts. What is in its storage stays there. A pool with disks cannot be deleted."
        onConfirm={async () => {
          const { problem } = await remove({ poolId: deleting!.id })
          if (!problem) setDeleting(undefined)
          return problem
        }}
      />
    </Page>
  )
}
