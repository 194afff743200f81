import { Button, Group, Tabs, Text } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../lib/problem.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Empty } from '../ui/empty.tsx'
import { PowerIcon, StartIcon, VmIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { VmStatusLabel } from '../ui/status.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { VmActionsMenu } from './actions-menu.tsx'
import { DeleteVmDialog } from './delete-dialog.tsx'
import { EditVmDialog } from './edit-dialog.tsx'
import { OneVm } from './operations.ts'
import { Overview } from './overview.tsx'
import classes from './page.module.css'
import { PasswordDialog } from './password-dialog.tsx'
import { usePower } from './use-actions.ts'

// The terminal, the screen and the charts are large, and many visits need none of them.
const VmUsage = lazy(() => import('./usage.tsx').then(({ VmUsage }) => ({ default: VmUsage })))
const SerialConsole = lazy(() => import('./serial-console.tsx').then(({ SerialConsole }) => ({ default: SerialConsole })))
const ScreenConsole = lazy(() => import('./screen-console.tsx').then(({ ScreenConsole }) => ({ default: ScreenConsole })))

const route = getRouteApi('/w/$workspaceId/vms/$vmId')

export function VmPage() {
  const { vmId } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const { id: workspaceId } = useWorkspace()
  const navigate = useNavigate()
  const [{ data, error }, reread] = useQuery({ query: OneVm, variables: { id: vmId } })
  const { power, acting } = usePower()
  const may = useVmMay()
  const [dialog, setDialog] = useState<'delete' | 'edit' | 'password'>()

  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const { vm } = data
  if (!vm) {
    return (
      <Page title="VM">
        <Empty icon={<VmIcon size={26} />} title="This VM is gone" action={<Button renderRoot={(props) => <Link to="/w/$workspaceId/vms" params={{ workspaceId }} {...props} />}>All virtual machines</Button>}>It was deleted, with its disks and addresses. Its tasks are still in the list of tasks.</Empty>
      </Page>
    )
  }
  const main = vm.observedPower === 'RUNNING' ? 'shutdown' as const : vm.observedPower === 'PAUSED' ? 'resume' as const : 'start' as const
  const close = () => { setDialog(undefined) }
  const labels = { shutdown: 'Shut down', resume: 'Resume', start: 'Start' }

  return (
    <Page
      title={vm.name}
      above={<Text size="sm" mb={4} c="dimmed"><Link className="quiet-link" to="/w/$workspaceId/vms" params={{ workspaceId }}>Virtual machines</Link></Text>}
      subtitle={<Group gap="md" mt={4}><span role="status" aria-live="polite"><VmStatusLabel status={vm.status} /></span>{vm.description && <span>{vm.description}</span>}</Group>}
      actions={(
        <>
          <WhyNot allowed={may(main, vm)}><Button variant={main === 'shutdown' ? 'default' : 'filled'} loading={acting} leftSection={main === 'shutdown' ? <PowerIcon size={16} /> : <StartIcon size={15} />} onClick={() => { power(main, vm.id) }}>{labels[main]}</Button></WhyNot>
          <VmActionsMenu vm={vm} without={[main]} onPower={power} onDelete={() => { setDialog('delete') }} onEdit={() => { setDialog('edit') }} onPassword={() => { setDialog('password') }} />
        </>
      )}
    >
      <Tabs value={tab} onChange={(next) => { void navigate({ to: '.', search: { tab: next === 'overview' ? undefined : next as 'serial' }, replace: true }) }} keepMounted={false} classNames={{ tab: classes.tab! }}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="usage">Usage</Tabs.Tab>
          <Tabs.Tab value="screen">Screen</Tabs.Tab>
          <Tabs.Tab value="serial">Serial console</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview"><Overview vm={vm} /></Tabs.Panel>
        <Tabs.Panel value="usage"><Suspense fallback={<PageSkeleton />}><VmUsage vm={vm} /></Suspense></Tabs.Panel>
        <Tabs.Panel value="screen"><Suspense fallback={<PageSkeleton />}><ScreenConsole vm={vm} allowed={may('openConsole', vm)} /></Suspense></Tabs.Panel>
        <Tabs.Panel value="serial"><Suspense fallback={<PageSkeleton />}><SerialConsole vm={vm} allowed={may('openConsole', vm)} /></Suspense></Tabs.Panel>
      </Tabs>
      <DeleteVmDialog vm={dialog === 'delete' ? vm : undefined} onClose={close} />
      <EditVmDialog vm={vm} opened={dialog === 'edit'} onClose={close} />
      <PasswordDialog vm={vm} opened={dialog === 'password'} onClose={close} />
    </Page>
  )
}
