import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { TemplateLiveFragment } from '../gql/graphql.ts'
import { usePages } from '../lib/use-pages.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { DiskIcon, SettingsIcon, VmIcon } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { imageColumns, instanceTypeColumns, templateColumns } from './columns.tsx'
import { EntryList } from './entry-list.tsx'
import { OfferedImages, OfferedInstanceTypes, OfferedTemplates } from './operations.ts'
import { CatalogueTabs } from './tabs.tsx'

const route = getRouteApi('/w/$workspaceId/catalogue')

/** What VMs of this workspace can be made from. No stream of a workspace tells of it: it is asked for whenever somebody looks. */
export function Catalogue() {
  const { tab = 'templates' } = route.useSearch()
  return (
    <Page title="Catalogue" subtitle="What VMs of this workspace can be made from">
      <CatalogueTabs tab={tab} templates={<Templates />} sizes={<InstanceTypes />} images={<Images />} />
    </Page>
  )
}

function Templates() {
  const { id: workspaceId } = useWorkspace()
  const allowed = useMay()('vm:add')
  const pages = usePages(OfferedTemplates, { workspaceId }, { answers: 'fresh' })
  const use = ({ id, name }: TemplateLiveFragment) => <WhyNot allowed={allowed}><Button size="compact-sm" variant="light" aria-label={`Create a VM from ${name}`} renderRoot={(props) => <Link to="/w/$workspaceId/vms/new" params={{ workspaceId }} search={{ template: id }} {...props} />}>Create VM</Button></WhyNot>
  return <EntryList label="Templates" pages={pages} columns={templateColumns(false, use)} icon={<VmIcon size={26} />} empty="No templates yet" about="A template says what a VM is made from. An operator of this Kloudak can offer some to this workspace." />
}

function InstanceTypes() {
  const { id: workspaceId } = useWorkspace()
  const pages = usePages(OfferedInstanceTypes, { workspaceId }, { answers: 'fresh' })
  return <EntryList label="Instance types" pages={pages} columns={instanceTypeColumns(false)} icon={<SettingsIcon size={26} />} empty="No instance types yet" about="An instance type is a size: with an image it is another way to say what a VM is made from. An operator of this Kloudak can offer some." />
}

function Images() {
  const { id: workspaceId } = useWorkspace()
  const pages = usePages(OfferedImages, { workspaceId }, { answers: 'fresh' })
  return <EntryList label="Images" pages={pages} columns={imageColumns()} icon={<DiskIcon size={26} />} empty="No images yet" about="An image is what disks are made from. An operator of this Kloudak can offer some to this workspace." />
}
