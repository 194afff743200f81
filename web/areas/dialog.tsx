import { Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useQuery } from 'urql'
import type { AreaLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { problemOf } from '../lib/problem.ts'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { areaInput, areaRules, draftOf, newArea } from './draft.ts'
import type { AreaDraft } from './draft.ts'
import { CreateArea, Policies, UpdateArea } from './operations.ts'

interface AreaDialogProps { area?: AreaLiveFragment; opened: boolean; onClose: () => void }

/** Makes an area, or changes the one that is given. */
export function AreaDialog({ area, opened, onClose }: AreaDialogProps) {
  return <Modal opened={opened} onClose={onClose} title={area ? 'Edit this area' : 'Create an area'} size="lg" centered>{opened && <Body area={area} onClose={onClose} />}</Modal>
}

function Body({ area, onClose }: { area: AreaLiveFragment | undefined; onClose: () => void }) {
  const navigate = useNavigate()
  const [{ data, error }, reread] = useQuery({ query: Policies })
  const [create, creating] = useAct(CreateArea)
  const [update, updating] = useAct(UpdateArea)
  const form = useForm<AreaDraft>({ mode: 'controlled', initialValues: area ? draftOf(area) : newArea, validate: areaRules })
  const [problem, showProblem] = useFormProblem(form)
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const policies = data.placementPolicies
  const chosen = policies.find(({ name }) => name === form.getValues().placementPolicy)

  async function submit(draft: AreaDraft): Promise<void> {
    const { payload, problem } = area ? await update({ areaId: area.id, ...areaInput(draft) }) : await create(areaInput(draft))
    // A range or a server at fault is said at the field that it was typed into.
    showProblem(problem && { ...problem, field: problem.field?.split('.')[0] ?? null })
    if (problem) return
    onClose()
    if (!area && payload.area) await navigate({ to: '/areas/$areaId', params: { areaId: payload.area.id } })
  }
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => { void submit(draft) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" placeholder="east" data-autofocus {...form.getInputProps('name')} />
        <Select
          label="Placement" description={chosen?.description ?? 'How hosts are chosen for VMs.'} allowDeselect={false} inputWrapperOrder={['label', 'input', 'error', 'description']} comboboxProps={{ shadow: 'md' }}
          data={policies.map(({ name, isOwn }) => ({ value: name, label: isOwn ? `${name} (own module)` : name }))} {...form.getInputProps('placementPolicy')}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberInput label="vCPUs for each processor" description="How often a host may promise one." min={1} max={100} step={0.5} decimalScale={2} {...form.getInputProps('vcpuOvercommit')} />
          <NumberInput label="Memory, times" description="How often a host may promise its." min={1} max={100} step={0.1} decimalScale={2} {...form.getInputProps('memoryOvercommit')} />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <TextInput label="VLANs for networks" description="Ids and ranges that new networks get." placeholder="2-4094" {...form.getInputProps('vlanRanges')} />
          <TextInput label="VLANs to leave alone" description="For what else is on the trunk." placeholder="100, 200-299" {...form.getInputProps('reservedVlans')} />
        </SimpleGrid>
        <TagsInput label="DNS servers" description="Of subnets that name none of their own." placeholder={form.getValues().dns.length > 0 ? undefined : '1.1.1.1'} maxTags={4} acceptValueOnBlur {...form.getInputProps('dns')} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating || updating}>{area ? 'Save' : 'Create area'}</Button></Group>
      </Stack>
    </form>
  )
}
