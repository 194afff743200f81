import { Input, MultiSelect, SegmentedControl, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useHome } from '../lib/home.tsx'
import type { Visible } from './draft.ts'

interface VisibilityProps { value: Visible; onChange: (value: Visible) => void; error?: ReactNode }

/** Who may make VMs from something: every workspace, or those that are named. */
export function Visibility({ value: { isPublic, workspaceIds }, onChange, error }: VisibilityProps) {
  const { workspaces } = useHome()
  return (
    <Stack gap="xs">
      <Input.Wrapper label="Offered to" labelElement="div" labelProps={{ id: 'offered-to' }}>
        <SegmentedControl style={{ display: 'flex', width: 'fit-content' }} aria-labelledby="offered-to" value={isPublic ? 'all' : 'some'} onChange={(value) => { onChange({ isPublic: value === 'all', workspaceIds }) }} data={[{ value: 'all', label: 'Everybody' }, { value: 'some', label: 'Some workspaces' }]} />
      </Input.Wrapper>
      {!isPublic && (
        <MultiSelect
          aria-label="Workspaces" placeholder={workspaceIds.length > 0 ? undefined : 'Choose workspaces'} searchable hidePickedOptions limit={200} maxValues={100} nothingFoundMessage={workspaceIds.length === workspaces.length ? 'All are chosen' : 'Nothing found'} comboboxProps={{ shadow: 'md', position: 'top' }}
          data={workspaces.map(({ id, name }) => ({ value: id, label: name }))} value={workspaceIds} onChange={(workspaceIds) => { onChange({ isPublic, workspaceIds }) }} error={error}
        />
      )}
    </Stack>
  )
}
