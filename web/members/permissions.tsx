import { Checkbox, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core'
import { mayGive } from '../../server/model/member.ts'
import { permissions, roleNames, roleOf, roles } from '../../server/model/permissions.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { words } from '../lib/format.ts'
import classes from './permissions.module.css'

const things: Record<string, string> = { vm: 'VMs', network: 'Networks', router: 'Routers', user: 'Members', volume: 'Volumes', image: 'Images', workspace: 'Workspace' }
const columns = { add: 'Add', edit: 'Change', delete: 'Delete', console: 'Console', password: 'Password' } as const
const meanings: Partial<Record<Permission, string>> = { 'vm:console': 'Open consoles', 'vm:password': 'Set guest passwords', 'workspace:edit': 'Rename the workspace', 'workspace:delete': 'Delete the workspace' }

const known = new Set<string>(permissions)
const roleTexts = { owner: 'May do everything here.', operator: 'Makes and changes things and opens consoles; deletes nothing and lets nobody in.', viewer: 'Sees everything and changes nothing.', custom: 'Exactly what is ticked below.' } as const

interface PermissionsProps { value: ReadonlySet<Permission>; onChange: (value: ReadonlySet<Permission>) => void; mine: ReadonlySet<Permission> }

/** What somebody may do: a role, or one by one. What one does not hold oneself cannot be given, and says so. */
export function PermissionsInput({ value, onChange, mine }: PermissionsProps) {
  const asker = { superuser: false, held: mine }
  const role = roleOf(value) ?? 'custom'
  const refused = roleNames.map((name) => ({ name, why: mayGive(asker, new Set(roles[name])) })).filter(({ why }) => why !== true)
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth aria-label="Role" value={role}
        data={[...roleNames.map((name) => ({ value: name as string, label: words(name.toUpperCase()), disabled: refused.some((other) => other.name === name) })), { value: 'custom', label: 'Custom', disabled: role !== 'custom' }]}
        onChange={(name) => { if (name in roles) onChange(new Set(roles[name as keyof typeof roles])) }}
      />
      <Text size="xs" c="dimmed">{roleTexts[role]}{refused.length > 0 && ` You cannot make somebody ${refused.map(({ name }) => name).join(' or ')}: you do not hold all of it yourself.`}</Text>
      <div style={{ overflowX: 'auto' }}>
        <table className={classes.matrix} aria-label="Permissions">
          <thead><tr><th scope="col">May</th>{Object.values(columns).map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
          <tbody>
            {Object.entries(things).map(([thing, title]) => (
              <tr key={thing}>
                <th scope="row">{title}</th>
                {Object.entries(columns).map(([act, column]) => <td key={act}>{known.has(`${thing}:${act}`) && <Box permission={`${thing}:${act}` as Permission} label={meanings[`${thing}:${act}` as Permission] ?? `${column} ${thing === 'vm' ? title : title.toLowerCase()}`} value={value} onChange={onChange} mine={mine} />}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  )
}

function Box({ permission, label, value, onChange, mine }: PermissionsProps & { permission: Permission; label: string }) {
  const isMine = mine.has(permission)
  const checked = value.has(permission)
  function toggle(): void {
    const next = new Set(value)
    if (checked) next.delete(permission)
    else next.add(permission)
    onChange(next)
  }
  return (
    <Tooltip label={isMine ? `${label} (${permission})` : `You do not hold ${permission} yourself.`}>
      <span className={classes.box}><Checkbox aria-label={label} checked={checked} disabled={!isMine} onChange={toggle} /></span>
    </Tooltip>
  )
}
