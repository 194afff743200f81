import { SegmentedControl, Select, SimpleGrid, Stack } from '@mantine/core'
import { bytes, count } from '../lib/format.ts'
import type { Draft, Image, InstanceType, Template } from './draft.ts'
import { TemplatePicker } from './template-picker.tsx'

type Chosen = Partial<Pick<Draft, 'source' | 'templateId' | 'imageId' | 'instanceTypeId'>>
interface SourcePickerProps { templates: readonly Template[]; images: readonly Image[]; instanceTypes: readonly InstanceType[]; draft: Draft; errors: Record<string, React.ReactNode>; onChoose: (chosen: Chosen) => void }

/** What a VM is made from: a template, or an image with an instance type where both are offered. */
export function SourcePicker({ templates, images, instanceTypes, draft, errors, onChoose }: SourcePickerProps) {
  const hasBoth = images.length > 0 && instanceTypes.length > 0
  return (
    <Stack gap="sm">
      {hasBoth && (
        <SegmentedControl
          aria-label="Made from" style={{ display: 'flex', width: 'fit-content' }} value={draft.source} onChange={(source) => { onChoose({ source }) }}
          data={[{ value: 'template', label: 'From a template' }, { value: 'image', label: 'From an image and a size' }]}
        />
      )}
      {draft.source === 'template' && <TemplatePicker templates={templates} value={draft.templateId} onChange={(templateId) => { onChoose({ templateId }) }} error={errors.templateId} />}
      {draft.source === 'image' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Select
            label="Image" placeholder="Choose an image" withAsterisk allowDeselect={false} searchable={images.length > 8} comboboxProps={{ shadow: 'md' }} error={errors.imageId}
            data={images.map(({ id, name }) => ({ value: id, label: name }))} value={draft.imageId || null} onChange={(imageId) => { onChoose({ imageId: imageId ?? '' }) }}
          />
          <Select
            label="Instance type" placeholder="Choose a size" withAsterisk allowDeselect={false} searchable={instanceTypes.length > 8} comboboxProps={{ shadow: 'md' }} error={errors.instanceTypeId}
            data={instanceTypes.map(({ id, name, vcpus, memoryBytes }) => ({ value: id, label: `${name} (${count(vcpus, 'vCPU')}, ${bytes(memoryBytes)})` }))} value={draft.instanceTypeId || null} onChange={(instanceTypeId) => { onChoose({ instanceTypeId: instanceTypeId ?? '' }) }}
          />
        </SimpleGrid>
      )}
    </Stack>
  )
}
