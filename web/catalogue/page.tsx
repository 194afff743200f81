import { getRouteApi } from '@tanstack/react-router'
import { Page } from '../ui/page.tsx'
import { ImageList } from './images.tsx'
import { InstanceTypeList } from './instance-types.tsx'
import { CatalogueTabs } from './tabs.tsx'
import { TemplateList } from './templates.tsx'

const route = getRouteApi('/installation/catalogue')

/** All that VMs can be made from, as operators keep it. */
export function FullCatalogue() {
  const { tab = 'templates' } = route.useSearch()
  return (
    <Page title="Full catalogue" subtitle="What VMs are made from, and to whom it is offered">
      <CatalogueTabs tab={tab} templates={<TemplateList />} sizes={<InstanceTypeList />} images={<ImageList />} />
    </Page>
  )
}
