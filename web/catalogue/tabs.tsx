import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export type CatalogueTab = 'templates' | 'sizes' | 'images'

interface CatalogueTabsProps { tab: CatalogueTab; templates: ReactNode; sizes: ReactNode; images: ReactNode }

/** The three parts of the catalogue; which one is shown stands in the address. */
export function CatalogueTabs({ tab, templates, sizes, images }: CatalogueTabsProps) {
  const navigate = useNavigate()
  return (
    <Tabs value={tab} onChange={(next) => { void navigate({ to: '.', search: { tab: next === 'templates' ? undefined : next as CatalogueTab }, replace: true }) }} keepMounted={false}>
      <Tabs.List mb="lg">
        <Tabs.Tab value="templates">Templates</Tabs.Tab>
        <Tabs.Tab value="sizes">Instance types</Tabs.Tab>
        <Tabs.Tab value="images">Images</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="templates">{templates}</Tabs.Panel>
      <Tabs.Panel value="sizes">{sizes}</Tabs.Panel>
      <Tabs.Panel value="images">{images}</Tabs.Panel>
    </Tabs>
  )
}
