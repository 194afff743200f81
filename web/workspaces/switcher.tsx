import { Menu, Modal, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useHome } from '../lib/home.tsx'
import type { Workspace } from '../lib/workspace.tsx'
import classes from '../ui/frame.module.css'
import { CheckIcon, ChevronIcon, PlusIcon } from '../ui/icons.tsx'
import { CreateWorkspaceForm } from './create-form.tsx'

export function Switcher({ current }: { current: Workspace }) {
  const { workspaces, reload } = useHome()
  const [creating, { open, close }] = useDisclosure()
  const navigate = useNavigate()
  return (
    <>
      <Menu width="target" shadow="md" position="bottom-start" onOpen={() => { void reload() }}>
        <Menu.Target>
          <UnstyledButton className={classes.switch} aria-label={`Workspace ${current.name}: switch`}>
            <span className={classes.avatar} aria-hidden="true">{current.name.slice(0, 1).toUpperCase()}</span>
            <Text size="sm" fw={600} truncate style={{ flex: 1 }}>{current.name}</Text>
            <ChevronIcon size={16} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          <Menu.Label>Workspaces</Menu.Label>
          {workspaces.map(({ id, name }) => (
            <Menu.Item key={id} rightSection={id === current.id ? <CheckIcon size={16} /> : undefined} onClick={() => { void navigate({ to: '/w/$workspaceId/vms', params: { workspaceId: id } }) }}>{name}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<PlusIcon size={16} />} onClick={open}>Create workspace</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={creating} onClose={close} title="Create workspace" centered><CreateWorkspaceForm onDone={close} /></Modal>
    </>
  )
}
