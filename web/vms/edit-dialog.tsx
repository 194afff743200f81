import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkDescription, checkName } from '../../server/model/names.ts'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { UpdateVm } from './operations.ts'

interface EditDialogProps { vm: Pick<VmLiveFragment, 'id' | 'name' | 'description'>; opened: boolean; onClose: () => void }

/** What people call a VM. Its hostname stays what it was at its birth. */
export function EditVmDialog({ vm, opened, onClose }: EditDialogProps) {
  return <Modal opened={opened} onClose={onClose} title="Edit this VM" centered>{opened && <Body vm={vm} onClose={onClose} />}</Modal>
}

function Body({ vm, onClose }: Omit<EditDialogProps, 'opened'>) {
  const [update, updating] = useAct(UpdateVm)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: vm.name, description: vm.description },
    validate: { name: (name) => said(() => checkName(name.trim())), description: (description) => said(() => checkDescription(description)) },
  })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ name, description }: { name: string; description: string }): Promise<void> {
    const { problem } = await update({ vmId: vm.id, name: name.trim(), description })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
        <Textarea label="Description" autosize minRows={2} key={form.key('description')} {...form.getInputProps('description')} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={updating}>Save</Button></Group>
      </Stack>
    </form>
  )
}
