import { Alert, Stack, Text, Tooltip } from '@mantine/core'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import { methodTitle } from '../lib/methods.ts'
import { usePages } from '../lib/use-pages.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Copy } from '../ui/copy.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskRow } from '../ui/task-row.tsx'
import { isRunning, TaskProgress } from '../ui/task-steps.tsx'
import { Ago } from '../ui/time.tsx'
import { useTaskControl } from '../ui/use-task-control.ts'
import { VmGroupsCard } from './groups.tsx'
import { Interfaces } from './interfaces.tsx'
import { VmTasks } from './operations.ts'
import classes from './page.module.css'

/** What a VM is, what is being done to it, and what was done to it. */
export function Overview({ vm }: { vm: VmLiveFragment }) {
  const { lastTask } = vm
  const { cancel, cancelling, retry } = useTaskControl()
  const atWork = lastTask && (isRunning(lastTask) || lastTask.state === 'STUCK')
  const failed = lastTask && lastTask.state === 'FAILED'
  return (
    <div className={classes.columns}>
      <Stack gap="lg">
        {vm.failure && !failed && <ProblemNote problem={{ code: 'INTERNAL', message: 'The creation of this VM failed.', remedy: vm.failure }} />}
        {vm.unknownReason && <Alert color="yellow" variant="light" icon={<AlertIcon />} title="Nobody knows whether it runs" styles={{ title: { color: 'inherit' } }}>{vm.unknownReason}</Alert>}
        {(atWork || failed) && (
          <Card title={methodTitle(lastTask.method)} aside={<Text size="xs" c="dimmed"><Ago at={lastTask.createdAt} /></Text>}>
            <TaskProgress task={lastTask} cancelling={cancelling} onCancel={() => { cancel(lastTask.id) }} onRetry={() => { retry(lastTask.id) }} />
          </Card>
        )}
        <Interfaces vm={vm} />
        <Disks vm={vm} />
        <LastTasks vm={vm} />
      </Stack>
      <Stack gap="lg" miw={0}>
        <Card title="About">
          <Facts facts={{
            'Number': `#${vm.number}`,
            'Template': vm.template?.name,
            'Instance type': vm.instanceType?.name,
            'System': vm.template?.os ?? vm.image?.os,
            'vCPUs': vm.vcpus,
            'Memory': bytes(vm.memoryBytes),
            'Hostname': <Copy text={vm.hostname} />,
            'Area': vm.area.name,
            'Host': vm.host?.name,
            'SSH keys': vm.sshKeys.length ? <Stack gap={2}>{vm.sshKeys.map((key) => <Tooltip key={key} label={key} styles={{ tooltip: { wordBreak: 'break-all' } }}><span tabIndex={0}>{key.split(' ')[2] ?? key.split(' ')[0]}</span></Tooltip>)}</Stack> : undefined,
            'Created': <Ago at={vm.createdAt} />,
            'State since': vm.observedAt ? <Ago at={vm.observedAt} /> : 'not seen yet',
          }} />
        </Card>
        <VmGroupsCard vm={vm} />
      </Stack>
    </div>
  )
}

const Disks = ({ vm }: { vm: VmLiveFragment }) => (
  <Card title="Disks" flush={vm.disks.length > 0}>
    {vm.disks.length === 0 && <Text size="sm" c="dimmed">This VM has no disk.</Text>}
    {vm.disks.map(({ id, position, sizeBytes }) => <div key={id} className={classes.line}><span>{position === 0 ? 'Boot disk' : `Disk ${position}`}</span><Text size="sm" c="dimmed">{bytes(sizeBytes)}</Text></div>)}
  </Card>
)

function LastTasks({ vm }: { vm: VmLiveFragment }) {
  const { id: workspaceId } = useWorkspace()
  const { nodes, loading, problem } = usePages(VmTasks, { workspaceId, objectId: vm.id }, { whole: false })
  return (
    <Card title="Last tasks" aside={nodes.length > 0 && <Text size="xs" c="dimmed">{count(nodes.length, 'task')}</Text>} flush={nodes.length > 0}>
      <ProblemNote problem={problem} />
      {!loading && nodes.length === 0 && <Text size="sm" c="dimmed">Nothing was done to this VM yet.</Text>}
      {nodes.map((task) => <TaskRow key={task.id} task={task} />)}
    </Card>
  )
}
