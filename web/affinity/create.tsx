import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { checkName } from '../../server/model/names.ts'
import type { AffinityPolicy, AffinityStrength } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { policyWords } from '../lib/affinity.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { CreateAffinityGroup } from './operations.ts'

const initialValues = { name: '', policy: 'ANTI_AFFINITY', strength: 'HARD' }
type Values = typeof initialValues

export function CreateGroupDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return <Modal opened={opened} onClose={onClose} title="Create an affinity group" centered>{opened && <Body onClose={onClose} />}</Modal>
}

function Body({ onClose }: { onClose: () => void }) {
  const { id: workspaceId } = useWorkspace()
  const navigate = useNavigate()
  const [create, creating] = useAct(CreateAffinityGroup)
  const form = useForm<Values>({ mode: 'uncontrolled', initialValues, validate: { name: (name) => said(() => checkName(name.trim())) } })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ name, policy, strength }: Values): Promise<void> {
    const { payload, problem } = await create({ workspaceId, name: name.trim(), policy: policy as AffinityPolicy, strength: strength as AffinityStrength })
    showProblem(problem)
    if (problem) return
    onClose()
    // Its page is where VMs are put into it.
    if (payload.affinityGroup) await navigate({ to: '/w/$workspaceId/affinity-groups/$groupId', params: { workspaceId, groupId: payload.affinityGroup.id } })
  }
  const of = (name: keyof Values) => ({ key: form.key(name), ...form.getInputProps(name) })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" placeholder="web servers" data-autofocus {...of('name')} />
        <Radio.Group label="Its VMs run" {...of('policy')}>
          <Stack gap={8} mt={6}>
            <Radio value="ANTI_AFFINITY" label={policyWords.ANTI_AFFINITY} description="The failure of one host takes one of them." />
            <Radio value="AFFINITY" label={policyWords.AFFINITY} description="What they say to each other leaves no host." />
          </Stack>
        </Radio.Group>
        <Radio.Group label="When that cannot be" {...of('strength')}>
          <Stack gap={8} mt={6}>
            <Radio value="HARD" label="Refuse it" description="A VM for which it cannot be kept is neither made nor moved." />
            <Radio value="SOFT" label="Go on" description="It is a wish: the VM is placed all the same." />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating}>Create group</Button></Group>
      </Stack>
    </form>
  )
}
