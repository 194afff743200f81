import { Button, Center } from '@mantine/core'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, redirect } from '@tanstack/react-router'
import { SignedIn } from './session/signed-in.tsx'
import { Empty } from './ui/empty.tsx'
import { SearchIcon } from './ui/icons.tsx'
import { PageSkeleton } from './ui/page.tsx'
import { AccountFrame, InstallationFrame, Landing, WorkspaceFrame } from './workspaces/frame.tsx'
import { Welcome } from './workspaces/welcome.tsx'

const NotFound = () => (
  <Center mih="60dvh" p="md">
    <Empty icon={<SearchIcon />} title="There is no such page" action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the start</Button>}>The address may be mistyped, or the page has moved.</Empty>
  </Center>
)

// Everything behind `root` needs somebody who is signed in.
const root = createRootRoute({ component: SignedIn, notFoundComponent: NotFound })
const landing = createRoute({ getParentRoute: () => root, path: '/', component: Landing })
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', component: Welcome })

const workspace = createRoute({ getParentRoute: () => root, path: '/w/$workspaceId', component: WorkspaceFrame })
const workspaceLanding = createRoute({
  getParentRoute: () => workspace, path: '/',
  beforeLoad: ({ params }) => { throw redirect({ to: '/w/$workspaceId/vms', params, replace: true }) },
})
const vms = createRoute({ getParentRoute: () => workspace, path: '/vms', component: lazyRouteComponent(() => import('./vms/list.tsx'), 'VmList') })
const createVm = createRoute({
  getParentRoute: () => workspace, path: '/vms/new', component: lazyRouteComponent(() => import('./vms/create.tsx'), 'CreateVmPage'),
  validateSearch: ({ template }: Record<string, unknown>): { template?: string } => ({ template: typeof template === 'string' ? template : undefined }),
})
const vmTabs = ['overview', 'usage', 'serial', 'screen', 'tasks'] as const
const vm = createRoute({
  getParentRoute: () => workspace, path: '/vms/$vmId', component: lazyRouteComponent(() => import('./vms/page.tsx'), 'VmPage'),
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: (typeof vmTabs)[number] } => ({ tab: vmTabs.find((name) => name === tab) }),
})
const networks = createRoute({ getParentRoute: () => workspace, path: '/networks', component: lazyRouteComponent(() => import('./networks/list.tsx'), 'NetworkList') })
const affinityGroups = createRoute({ getParentRoute: () => workspace, path: '/affinity-groups', component: lazyRouteComponent(() => import('./affinity/list.tsx'), 'AffinityGroupList') })
const affinityGroup = createRoute({ getParentRoute: () => workspace, path: '/affinity-groups/$groupId', component: lazyRouteComponent(() => import('./affinity/page.tsx'), 'AffinityGroupPage') })
const catalogueTabs = ['templates', 'sizes', 'images'] as const
const catalogueSearch = ({ tab }: Record<string, unknown>): { tab?: (typeof catalogueTabs)[number] } => ({ tab: catalogueTabs.find((name) => name === tab) })
const catalogue = createRoute({ getParentRoute: () => workspace, path: '/catalogue', component: lazyRouteComponent(() => import('./catalogue/offered.tsx'), 'Catalogue'), validateSearch: catalogueSearch })
const tasks = createRoute({ getParentRoute: () => workspace, path: '/tasks', component: lazyRouteComponent(() => import('./tasks/list.tsx'), 'TaskList') })
const members = createRoute({ getParentRoute: () => workspace, path: '/members', component: lazyRouteComponent(() => import('./members/list.tsx'), 'MemberList') })
const settings = createRoute({ getParentRoute: () => workspace, path: '/settings', component: lazyRouteComponent(() => import('./workspaces/settings.tsx'), 'WorkspaceSettings') })
const audit = createRoute({ getParentRoute: () => workspace, path: '/audit', component: lazyRouteComponent(() => import('./audit/list.tsx'), 'WorkspaceAudit') })

const installation = createRoute({ getParentRoute: () => root, id: 'installation', component: InstallationFrame })
const hosts = createRoute({ getParentRoute: () => installation, path: '/hosts', component: lazyRouteComponent(() => import('./hosts/list.tsx'), 'HostList') })
const host = createRoute({ getParentRoute: () => installation, path: '/hosts/$hostId', component: lazyRouteComponent(() => import('./hosts/page.tsx'), 'HostPage') })
const areas = createRoute({ getParentRoute: () => installation, path: '/areas', component: lazyRouteComponent(() => import('./areas/list.tsx'), 'AreaList') })
const area = createRoute({ getParentRoute: () => installation, path: '/areas/$areaId', component: lazyRouteComponent(() => import('./areas/page.tsx'), 'AreaPage') })
const pools = createRoute({ getParentRoute: () => installation, path: '/pools', component: lazyRouteComponent(() => import('./pools/list.tsx'), 'PoolList') })
const fullCatalogue = createRoute({ getParentRoute: () => installation, path: '/catalogue', component: lazyRouteComponent(() => import('./catalogue/page.tsx'), 'FullCatalogue'), validateSearch: catalogueSearch })
const users = createRoute({ getParentRoute: () => installation, path: '/users', component: lazyRouteComponent(() => import('./users/list.tsx'), 'UserList') })
const fullAudit = createRoute({ getParentRoute: () => installation, path: '/audit', component: lazyRouteComponent(() => import('./audit/list.tsx'), 'FullAudit') })

const personal = createRoute({ getParentRoute: () => root, id: 'personal', component: AccountFrame })
const account = createRoute({ getParentRoute: () => personal, path: '/account', component: lazyRouteComponent(() => import('./account/page.tsx'), 'AccountPage') })

export const router = createRouter({
  routeTree: root.addChildren([landing, welcome, workspace.addChildren([workspaceLanding, vms, createVm, vm, networks, affinityGroups, affinityGroup, catalogue, tasks, members, audit, settings]), installation.addChildren([hosts, host, areas, area, pools, fullCatalogue, users, fullAudit]), personal.addChildren([account])]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
