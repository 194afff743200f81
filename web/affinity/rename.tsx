import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkName } from '../../server/model/names.ts'
import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { UpdateAffinityGroup } from './operations.ts'

interface RenameProps { group: AffinityGroupLiveFragment; opened: boolean; onClose: () => void }

/** The rule stays as it is: the VMs stand as they do because of it. */
export function RenameGroupDialog({ group, opened, onClose }: RenameProps) {
  return <Modal opened={opened} onClose={onClose} title="Rename this group" centered>{opened && <Body group={group} onClose={onClose} />}</Modal>
}

function Body({ group, onClose }: Omit<RenameProps, 'opened'>) {
  const [update, updating] = useAct(UpdateAffinityGroup)
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: group.name }, validate: { name: (name) => said(() => checkName(name.trim())) } })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ name }: { name: string }): Promise<void> {
    const { problem } = await update({ groupId: group.id, name: name.trim() })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" description="Its rule stays as it is: make another group for another rule." data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={updating}>Rename</Button></Group>
      </Stack>
    </form>
  )
}
