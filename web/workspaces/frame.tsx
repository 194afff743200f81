import { Button } from '@mantine/core'
import { Link, Navigate, Outlet, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useHome } from '../lib/home.tsx'
import { Live } from '../lib/live.tsx'
import { sessionStore } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import { CurrentWorkspace, rememberedWorkspace, rememberWorkspace } from '../lib/workspace.tsx'
import { Empty } from '../ui/empty.tsx'
import { Frame } from '../ui/frame.tsx'
import classes from '../ui/frame.module.css'
import { CheckIcon, SearchIcon } from '../ui/icons.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { Switcher } from './switcher.tsx'

/** The pages of a workspace, all fed by its one stream. */
export function WorkspaceFrame() {
  const { workspaceId } = useParams({ strict: false })
  const { workspaces, simulated, reload } = useHome()
  const workspace = workspaces.find(({ id }) => id === workspaceId)
  const [last, setLast] = useState(workspace)
  if (workspace && workspace !== last) setLast(workspace)
  useEffect(() => { if (workspace) rememberWorkspace(workspace.id) }, [workspace])
  if (!workspace) return last?.id === workspaceId && last?.workspacePhase === 'DELETING' ? <Deleted name={last.name} /> : <NoWorkspace />
  return (
    <CurrentWorkspace value={workspace}>
      <Frame workspace={workspace} switcher={<Switcher current={workspace} />} simulated={simulated}>
        <Live workspaceId={workspace.id} waiting={<PageSkeleton />} onChange={(change) => { if (change === 'lost' || change.type === 'Workspace' || change.isYours) void reload() }}><Outlet /></Live>
      </Frame>
    </CurrentWorkspace>
  )
}

/** Pages of the installation; the frame keeps the workspace that one came from. */
export function InstallationFrame() {
  const { workspaces, simulated } = useHome()
  const session = useStore(sessionStore)
  const workspace = workspaces.find(({ id }) => id === rememberedWorkspace()) ?? workspaces[0]
  if (!workspace) return <Navigate to="/welcome" />
  return (
    <Frame workspace={workspace} switcher={<Switcher current={workspace} />} simulated={simulated}>
      {session.kind === 'in' && session.viewer.superuser ? <Live workspaceId={null} waiting={<PageSkeleton />}><Outlet /></Live> : <ForSuperusers />}
    </Frame>
  )
}

/** Pages about oneself: in the frame of the workspace that one came from, or alone for whoever has none. */
export function AccountFrame() {
  const { workspaces, simulated } = useHome()
  const workspace = workspaces.find(({ id }) => id === rememberedWorkspace()) ?? workspaces[0]
  if (!workspace) return <main className={classes.content}><Outlet /></main>
  return (
    <Frame workspace={workspace} switcher={<Switcher current={workspace} />} simulated={simulated}>
      <Live workspaceId={workspace.id} waiting={<PageSkeleton />}><Outlet /></Live>
    </Frame>
  )
}

/** Where one lands: the workspace of last time, else the first, else the page that makes one. */
export function Landing() {
  const { workspaces } = useHome()
  const workspace = workspaces.find(({ id }) => id === rememberedWorkspace()) ?? workspaces[0]
  return workspace ? <Navigate to="/w/$workspaceId/vms" params={{ workspaceId: workspace.id }} replace /> : <Navigate to="/welcome" replace />
}

const Deleted = ({ name }: { name: string }) => (
  <div style={{ maxWidth: 560, margin: '12vh auto', padding: 16 }}>
    <Empty icon={<CheckIcon />} title={`${name} is deleted`} action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Go to your workspaces</Button>}>
      Nothing of it is left: neither its VMs and networks, nor its memberships. Its name is free again.
    </Empty>
  </div>
)

const ForSuperusers = () => (
  <Empty icon={<SearchIcon />} title="This page is for superusers" action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Go to your workspaces</Button>}>
    Operators keep hosts, areas, pools and accounts here. Whoever is one can make you a superuser too.
  </Empty>
)

const NoWorkspace = () => (
  <div style={{ maxWidth: 560, margin: '12vh auto', padding: 16 }}>
    <Empty icon={<SearchIcon />} title="There is no such workspace" action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Go to your workspaces</Button>}>
      It does not exist, or you are not a member of it. An owner of the workspace can add you.
    </Empty>
  </div>
)
