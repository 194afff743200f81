import { Input, Radio, SimpleGrid, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { VmChoicesQuery } from '../gql/graphql.ts'
import { Empty } from '../ui/empty.tsx'
import { DiskIcon } from '../ui/icons.tsx'
import classes from './template-picker.module.css'

type Template = VmChoicesQuery['templates']['edges'][number]['node']
interface TemplatePickerProps { templates: readonly Template[]; value: string; onChange: (id: string) => void; error?: ReactNode }

export function TemplatePicker({ templates, value, onChange, error }: TemplatePickerProps) {
  if (templates.length === 0) return <Empty icon={<DiskIcon />} title="There are no templates yet">A template says what a VM is made from. An operator of this Kloudak can register an image and make one.</Empty>
  return (
    <Radio.Group label="Template" withAsterisk value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt={6}>
        {templates.map(({ id, name, os, description }) => (
          <Radio.Card key={id} value={id} className={classes.card} aria-label={name} aria-invalid={error ? true : undefined}>
            <Radio.Indicator />
            <div>
              <Text size="sm" fw={550}>{name}</Text>
              <Text size="xs" c="dimmed" mt={2}>{description || os}</Text>
            </div>
          </Radio.Card>
        ))}
      </SimpleGrid>
      {error && <Input.Error mt={6}>{error}</Input.Error>}
    </Radio.Group>
  )
}
