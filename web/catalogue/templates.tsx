import { Button } from '@mantine/core'
import { useState } from 'react'
import type { TemplateLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { PlusIcon, VmIcon } from '../ui/icons.tsx'
import { templateColumns } from './columns.tsx'
import { EntryActions } from './entry-actions.tsx'
import { EntryList } from './entry-list.tsx'
import { DeleteTemplate, RestoreTemplate, RetireTemplate, Templates } from './operations.ts'
import { TemplateDialog } from './template-dialog.tsx'

/** What users pick when they make a VM, as operators keep it. */
export function TemplateList() {
  const pages = usePages(Templates, {})
  const [dialog, setDialog] = useState<TemplateLiveFragment | 'new'>()
  const [retire] = useAct(RetireTemplate)
  const [restore] = useAct(RestoreTemplate)
  const [remove] = useAct(DeleteTemplate)
  const columns = templateColumns(true, (template) => {
    const { id: templateId } = template
    return <EntryActions kind="template" entry={template} onEdit={() => { setDialog(template) }} retire={(how) => retire({ templateId, ...how })} restore={() => restore({ templateId })} remove={(how) => remove({ templateId, ...how })} />
  })
  return (
    <>
      <EntryList
        label="Templates" pages={pages} columns={columns} create={<Button leftSection={<PlusIcon />} onClick={() => { setDialog('new') }}>Create template</Button>}
        icon={<VmIcon size={26} />} empty="No templates yet" about="A template is what people pick when they make a VM: an image, and the size that a VM from it gets."
      />
      <TemplateDialog template={dialog === 'new' ? undefined : dialog} opened={dialog !== undefined} onClose={() => { setDialog(undefined) }} />
    </>
  )
}
