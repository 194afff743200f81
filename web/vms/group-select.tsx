import { MultiSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { affinityLimits } from '../../server/model/affinity-group.ts'
import type { GroupChoiceFragment } from '../gql/graphql.ts'
import { shortRuleOf } from '../lib/affinity.ts'

interface GroupSelectProps { label: string; groups: readonly GroupChoiceFragment[]; value: string[]; onChange: (ids: string[]) => void; error?: ReactNode }

/** Chooses among the workspace's affinity groups, as many as a VM may be in. */
export function GroupSelect({ label, groups, value, onChange, error }: GroupSelectProps) {
  const rules = new Map(groups.map((group) => [group.id, shortRuleOf(group)]))
  return (
    <MultiSelect
      label={label} placeholder={value.length > 0 ? undefined : 'None'} searchable hidePickedOptions maxValues={affinityLimits.groupsOfVm.max} nothingFoundMessage={groups.length === 0 ? 'This workspace has no affinity groups' : 'Nothing found'} comboboxProps={{ shadow: 'md' }}
      data={groups.map(({ id, name }) => ({ value: id, label: name }))} value={value} onChange={onChange} error={error}
      renderOption={({ option }) => <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>{option.label}<span style={{ color: 'var(--text-soft)' }}>{`  ${rules.get(option.value) ?? ''}`}</span></span>}
    />
  )
}
