import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkName } from '../../server/model/names.ts'
import { graphql } from '../gql/gql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { useHome } from '../lib/home.tsx'
import { said } from '../lib/rules.ts'
import { usePages } from '../lib/use-pages.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskProgress } from '../ui/task-steps.tsx'
import { useTaskControl } from '../ui/use-task-control.ts'
import { Usage } from '../ui/usage.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { DeleteWorkspaceButton } from './delete-dialog.tsx'
import { UpdateWorkspace } from './operations.ts'

const WorkspaceTasks = graphql(`
  query WorkspaceTasks($workspaceId: ID!, $after: String) {
    tasks(workspaceId: $workspaceId, objectId: $workspaceId, first: 10, after: $after) {
      edges { cursor node { ...TaskLive } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export function WorkspaceSettings() {
  const { name, workspacePhase } = useWorkspace()
  return (
    <Page title="Settings" subtitle={`of the workspace ${name}`}>
      <Stack gap="lg" maw={760}>
        {workspacePhase === 'DELETING' ? <Deleting /> : <><Rename key={name} /><Card title="Quotas"><Usage all /></Card><Delete /></>}
      </Stack>
    </Page>
  )
}

function Rename() {
  const { id: workspaceId, name } = useWorkspace()
  const may = useMay()('workspace:edit')
  const { reload } = useHome()
  const [update, updating] = useAct(UpdateWorkspace)
  const form = useForm({ mode: 'uncontrolled', initialValues: { name }, validate: { name: (name) => said(() => checkName(name.trim())) } })
  const [problem, showProblem] = useFormProblem(form)

  async function submit(name: string): Promise<void> {
    const { problem } = await update({ workspaceId, name: name.trim() })
    showProblem(problem)
    if (!problem) await reload()
  }
  return (
    <Card title="Rename this workspace">
      <form onSubmit={form.onSubmit(({ name }) => { void submit(name) })} noValidate>
        <Stack gap="md">
          <ProblemNote problem={problem} />
          <TextInput label="Name" description="A new name changes nothing else: links, members and things stay as they are." readOnly={may !== true} key={form.key('name')} {...form.getInputProps('name')} />
          <Group><WhyNot allowed={may}><Button type="submit" loading={updating}>Rename</Button></WhyNot></Group>
        </Stack>
      </form>
    </Card>
  )
}

function Delete() {
  const may = useMay()('workspace:delete')
  return (
    <Card title="Delete this workspace">
      <Group justify="space-between" gap="md">
        <Text size="sm" c="dimmed" maw={470}>All that is in it is deleted for good: its VMs with their disks, its networks, and its memberships. You see everything that goes before you confirm.</Text>
        {may === true ? <DeleteWorkspaceButton /> : <WhyNot allowed={may}><Button color="red" variant="light">Delete workspace</Button></WhyNot>}
      </Group>
    </Card>
  )
}

/** The workspace goes: how far that is, and what holds it up. */
function Deleting() {
  const { id: workspaceId } = useWorkspace()
  const { nodes, problem } = usePages(WorkspaceTasks, { workspaceId })
  const { cancel, cancelling, retry } = useTaskControl()
  const task = nodes.find(({ method }) => method === 'deleteWorkspace')
  return (
    <Card title="This workspace is being deleted">
      <ProblemNote problem={problem} />
      {task && <TaskProgress task={task} cancelling={cancelling} onCancel={() => { cancel(task.id) }} onRetry={() => { retry(task.id) }} />}
    </Card>
  )
}
