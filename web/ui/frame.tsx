import { AppShell, Box, Burger, Group, Menu, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { auditPermission } from '../../server/model/permissions.ts'
import { sessionStore, signOut } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import type { Workspace } from '../lib/workspace.tsx'
import { Mark } from './brand.tsx'
import classes from './frame.module.css'
import { AreaIcon, AuditIcon, CatalogueIcon, ChevronIcon, GroupIcon, HostIcon, MembersIcon, NetworkIcon, PoolIcon, SettingsIcon, TaskIcon, VmIcon } from './icons.tsx'
import { LiveBadge } from './live-badge.tsx'
import { SchemeSwitch } from './scheme-switch.tsx'

interface FrameProps { workspace: Workspace; switcher: ReactNode; simulated: boolean; children: ReactNode }

/** What stands around every page: where one is, where one can go, and whether the screen is live. */
export function Frame({ workspace, switcher, simulated, children }: FrameProps) {
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  useEffect(close, [pathname, close])
  const session = useStore(sessionStore)
  const viewer = session.kind === 'in' ? session.viewer : undefined
  const params = { workspaceId: workspace.id }

  return (
    <AppShell layout="alt" padding={0} header={{ height: { base: 54, sm: 0 } }} navbar={{ width: 244, breakpoint: 'sm', collapsed: { mobile: !opened } }}>
      <a href="#content" className={classes.skip}>Skip to content</a>
      <AppShell.Header className={classes.header} hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Group gap="sm"><Burger opened={opened} onClick={toggle} size="sm" aria-label={opened ? 'Close the menu' : 'Open the menu'} /><Text fw={600} truncate maw={200}>{workspace.name}</Text></Group>
          <LiveBadge />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main">
        <Group justify="space-between" mb={14}>
          <Link to="/" className={classes.brand}><Mark />Kloudak</Link>
          <Burger hiddenFrom="sm" opened={opened} onClick={toggle} size="sm" aria-label="Close the menu" />
        </Group>
        {switcher}
        <Stack gap={2} mt={14} className={classes.places}>
          <Link to="/w/$workspaceId/vms" params={params} className={classes.nav}><VmIcon />Virtual machines</Link>
          <Link to="/w/$workspaceId/networks" params={params} className={classes.nav}><NetworkIcon />Networks</Link>
          <Link to="/w/$workspaceId/affinity-groups" params={params} className={classes.nav}><GroupIcon />Affinity groups</Link>
          <Link to="/w/$workspaceId/catalogue" params={params} className={classes.nav}><CatalogueIcon />Catalogue</Link>
          <Link to="/w/$workspaceId/tasks" params={params} className={classes.nav}><TaskIcon />Tasks</Link>
          <div className={classes.caption}>Workspace</div>
          <Link to="/w/$workspaceId/members" params={params} className={classes.nav}><MembersIcon />Members</Link>
          {workspace.permissions.includes(auditPermission) && <Link to="/w/$workspaceId/audit" params={params} className={classes.nav}><AuditIcon />Audit</Link>}
          <Link to="/w/$workspaceId/settings" params={params} className={classes.nav}><SettingsIcon />Settings</Link>
          {viewer?.superuser && (
            <>
              <div className={classes.caption}>Administration</div>
              <Link to="/hosts" className={classes.nav}><HostIcon />Hosts</Link>
              <Link to="/areas" className={classes.nav}><AreaIcon />Areas</Link>
              <Link to="/pools" className={classes.nav}><PoolIcon />Pools</Link>
              <Link to="/catalogue" className={classes.nav}><CatalogueIcon />Full catalogue</Link>
              <Link to="/users" className={classes.nav}><MembersIcon />Users</Link>
              <Link to="/audit" className={classes.nav}><AuditIcon />Full audit</Link>
            </>
          )}
        </Stack>
        <Box visibleFrom="sm" mb={6}><LiveBadge /></Box>
        <Group gap={4} wrap="nowrap" pt={8} style={{ borderTop: '1px solid var(--page-line)' }}>
          <Menu position="top-start" width={210} shadow="md">
            <Menu.Target>
              <UnstyledButton className={classes.who}>
                <span className={classes.avatar} style={{ borderRadius: '50%' }} aria-hidden="true">{viewer?.username.slice(0, 1).toUpperCase()}</span>
                <Box miw={0} style={{ flex: 1 }}><Text size="sm" fw={500} truncate>{viewer?.username}</Text>{viewer?.superuser && <Text size="xs" c="dimmed">Superuser</Text>}</Box>
                <ChevronIcon size={16} />
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />}>Account and API tokens</Menu.Item>
              <Menu.Item component="a" href="/graphql" target="_blank">GraphQL playground</Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={() => { void signOut() }}>Sign out</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <SchemeSwitch />
        </Group>
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        {simulated && <div className={classes.banner} role="note"><span><b>Simulated hosts.</b> Nothing here boots for real: no guest runs.</span></div>}
        {workspace.workspacePhase === 'DELETING' && <div className={classes.banner} role="status"><span><b>{workspace.name} is being deleted</b> with all that is in it.</span></div>}
        <main className={classes.content} id="content" tabIndex={-1} style={{ outline: 'none' }}>{children}</main>
      </AppShell.Main>
    </AppShell>
  )
}
