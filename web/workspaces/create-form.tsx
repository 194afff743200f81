import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { checkName } from '../../server/model/names.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { useHome } from '../lib/home.tsx'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { CreateWorkspace } from './operations.ts'

export function CreateWorkspaceForm({ onDone }: { onDone?: () => void }) {
  const [create, creating] = useAct(CreateWorkspace)
  const { reload } = useHome()
  const navigate = useNavigate()
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '' }, validate: { name: (name) => said(() => checkName(name.trim())) } })
  const [problem, showProblem] = useFormProblem(form)

  async function submit(name: string): Promise<void> {
    const { payload, problem } = await create({ name: name.trim() })
    showProblem(problem)
    if (!payload?.workspace) return
    await reload()
    onDone?.()
    await navigate({ to: '/w/$workspaceId/vms', params: { workspaceId: payload.workspace.id } })
  }

  return (
    <form onSubmit={form.onSubmit(({ name }) => { void submit(name) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" description="A team, a project or an environment." placeholder="Research" data-autofocus autoFocus key={form.key('name')} {...form.getInputProps('name')} />
        <Button type="submit" loading={creating}>Create workspace</Button>
      </Stack>
    </form>
  )
}
