import { NumberInput, SimpleGrid, TagsInput } from '@mantine/core'
import type { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import type { SizedDraft, Visible } from './draft.ts'
import { Visibility } from './visibility.tsx'

type FieldProps = ReturnType<ReturnType<typeof useForm<SizedDraft>>['getInputProps']>

/** What the fields need of a form that has them. */
interface SizedForm { getValues: () => SizedDraft; getInputProps: (field: keyof SizedDraft) => FieldProps; setValues: (values: Visible) => void; errors: Record<string, ReactNode> }

/** The numbers that a VM gets. */
export const SizeFields = ({ form }: { form: SizedForm }) => (
  <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
    <NumberInput label="vCPUs" min={1} allowDecimal={false} {...form.getInputProps('vcpus')} />
    <NumberInput label="Memory (MiB)" min={64} step={128} allowDecimal={false} thousandSeparator="," {...form.getInputProps('memoryMiB')} />
    <NumberInput label="Disk (GiB)" min={0} step={1} decimalScale={2} {...form.getInputProps('diskGiB')} />
  </SimpleGrid>
)

/** Which hosts take its VMs, and which workspaces may make some. */
export function OfferFields({ form }: { form: SizedForm }) {
  const { isPublic, workspaceIds, requiredLabels, avoidedLabels } = form.getValues()
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <TagsInput label="Only on hosts with" description="Labels that a host must have." placeholder={requiredLabels.length > 0 ? undefined : 'ssd'} acceptValueOnBlur {...form.getInputProps('requiredLabels')} />
        <TagsInput label="Never on hosts with" description="Labels that a host must not have." placeholder={avoidedLabels.length > 0 ? undefined : 'spinning'} acceptValueOnBlur {...form.getInputProps('avoidedLabels')} />
      </SimpleGrid>
      <Visibility value={{ isPublic, workspaceIds }} onChange={form.setValues} error={form.errors.workspaceIds} />
    </>
  )
}
