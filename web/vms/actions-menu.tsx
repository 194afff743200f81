import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import type { VmRowFragment } from '../gql/graphql.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { KeyIcon, MoreIcon, PauseIcon, PenIcon, PowerIcon, RebootIcon, StartIcon, StopIcon, TrashIcon } from '../ui/icons.tsx'
import { powerLabels } from './use-actions.ts'
import type { PowerAction } from './use-actions.ts'

const icons: Record<PowerAction, ReactNode> = { start: <StartIcon size={16} />, shutdown: <PowerIcon size={16} />, stop: <StopIcon size={16} />, reboot: <RebootIcon size={16} />, reset: <RebootIcon size={16} />, suspend: <PauseIcon size={16} />, resume: <StartIcon size={16} /> }

interface ActionsMenuProps { vm: Pick<VmRowFragment, 'id' | 'name' | 'phase' | 'observedPower'>; without?: readonly PowerAction[]; onPower: (action: PowerAction, vmId: string) => void; onDelete: () => void; onEdit?: () => void; onPassword?: () => void }

/** Everything that can be done to a VM. What cannot be done now is there too, and says why. */
export function VmActionsMenu({ vm, without = [], onPower, onDelete, onEdit, onPassword }: ActionsMenuProps) {
  const may = useVmMay()
  const item = (label: string, icon: ReactNode, allowed: true | string, onClick: () => void, color?: string) => (
    <Tooltip key={label} label={allowed} disabled={allowed === true} position="left">
      <Menu.Item leftSection={icon} color={color} closeMenuOnClick={allowed === true} data-disabled={allowed !== true || undefined} aria-disabled={allowed !== true} onClick={allowed === true ? onClick : undefined}>{label}</Menu.Item>
    </Tooltip>
  )
  return (
    <Menu position="bottom-end" shadow="md" width={190}>
      <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${vm.name}`}><MoreIcon /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(powerLabels) as PowerAction[]).filter((action) => !without.includes(action)).map((action) => item(powerLabels[action], icons[action], may(action, vm), () => { onPower(action, vm.id) }))}
        <Menu.Divider />
        {onEdit && item('Edit', <PenIcon size={16} />, may('update', vm), onEdit)}
        {onPassword && item('Set password', <KeyIcon size={16} />, may('setPassword', vm), onPassword)}
        {item('Delete', <TrashIcon size={16} />, may('delete', vm), onDelete, 'red')}
      </Menu.Dropdown>
    </Menu>
  )
}
