import { Button } from '@mantine/core'
import { useState } from 'react'
import type { InstanceTypeLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { PlusIcon, SettingsIcon } from '../ui/icons.tsx'
import { instanceTypeColumns } from './columns.tsx'
import { EntryActions } from './entry-actions.tsx'
import { EntryList } from './entry-list.tsx'
import { InstanceTypeDialog } from './instance-type-dialog.tsx'
import { DeleteInstanceType, InstanceTypes, RestoreInstanceType, RetireInstanceType } from './operations.ts'

/** The sizes that VMs can have, as operators keep them. */
export function InstanceTypeList() {
  const pages = usePages(InstanceTypes, {})
  const [dialog, setDialog] = useState<InstanceTypeLiveFragment | 'new'>()
  const [retire] = useAct(RetireInstanceType)
  const [restore] = useAct(RestoreInstanceType)
  const [remove] = useAct(DeleteInstanceType)
  const columns = instanceTypeColumns(true, (instanceType) => {
    const { id: instanceTypeId } = instanceType
    return <EntryActions kind="instance type" entry={instanceType} onEdit={() => { setDialog(instanceType) }} retire={(how) => retire({ instanceTypeId, ...how })} restore={() => restore({ instanceTypeId })} remove={(how) => remove({ instanceTypeId, ...how })} />
  })
  return (
    <>
      <EntryList
        label="Instance types" pages={pages} columns={columns} create={<Button leftSection={<PlusIcon />} onClick={() => { setDialog('new') }}>Create instance type</Button>}
        icon={<SettingsIcon size={26} />} empty="No instance types yet" about="An instance type is a size. With an image it is another way than a template to say what a VM is made from."
      />
      <InstanceTypeDialog instanceType={dialog === 'new' ? undefined : dialog} opened={dialog !== undefined} onClose={() => { setDialog(undefined) }} />
    </>
  )
}
