import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { InstanceTypeLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { fieldOf, newSize, sizedDraftOf, sizedInput, sizedRules } from './draft.ts'
import type { SizedDraft } from './draft.ts'
import { CreateInstanceType, UpdateInstanceType } from './operations.ts'
import { OfferFields, SizeFields } from './size-fields.tsx'

interface InstanceTypeDialogProps { instanceType?: InstanceTypeLiveFragment | undefined; opened: boolean; onClose: () => void }

/** Makes an instance type, or changes the one that is given. */
export function InstanceTypeDialog({ instanceType, opened, onClose }: InstanceTypeDialogProps) {
  return <Modal opened={opened} onClose={onClose} title={instanceType ? 'Edit this instance type' : 'Create an instance type'} size="lg" centered>{opened && <Body instanceType={instanceType} onClose={onClose} />}</Modal>
}

function Body({ instanceType, onClose }: Omit<InstanceTypeDialogProps, 'opened'>) {
  const [create, creating] = useAct(CreateInstanceType)
  const [update, updating] = useAct(UpdateInstanceType)
  const form = useForm<SizedDraft>({ mode: 'controlled', initialValues: instanceType ? sizedDraftOf(instanceType) : newSize, validate: sizedRules })
  const [problem, showProblem] = useFormProblem(form)

  async function submit(draft: SizedDraft): Promise<void> {
    const { problem } = instanceType ? await update({ instanceTypeId: instanceType.id, ...sizedInput(draft) }) : await create(sizedInput(draft))
    showProblem(problem && { ...problem, field: fieldOf(problem.field) })
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => { void submit(draft) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" placeholder="small" description={instanceType ? 'VMs that exist stay as they are.' : undefined} data-autofocus {...form.getInputProps('name')} />
        <Textarea label="Description" autosize minRows={1} {...form.getInputProps('description')} />
        <SizeFields form={form} />
        <OfferFields form={form} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating || updating}>{instanceType ? 'Save' : 'Create instance type'}</Button></Group>
      </Stack>
    </form>
  )
}
