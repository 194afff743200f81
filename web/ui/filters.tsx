import { Select } from '@mantine/core'
import classes from './filters.module.css'

interface Choice { value: string; label: string }
const everything = ''

/** What stands above a list to narrow it: side by side, or below each other where there is no room. */
export const Filters = ({ children }: { children: React.ReactNode }) => <div className={classes.filters} role="search" aria-label="Filters">{children}</div>

interface FilterProps { label: string; all: string; choices: readonly Choice[]; value: string | null; onChange: (value: string | null) => void; onSearch?: (text: string) => void }

/** One filter: its choices, or all; the button that clears it is for the mouse. With `onSearch` somebody else finds the choices. */
export function Filter({ label, all, choices, value, onChange, onSearch }: FilterProps) {
  return (
    <Select
      aria-label={label} placeholder={all} data={value === null ? choices : [{ value: everything, label: all }, ...choices]} value={value} onChange={(chosen) => { onChange(chosen === everything ? null : chosen) }} className={classes.filter}
      clearable allowDeselect={false} searchable={onSearch !== undefined || choices.length > 8} nothingFoundMessage="Nothing found" maxDropdownHeight={320} comboboxProps={{ shadow: 'md' }}
      {...(onSearch ? { onSearchChange: onSearch, filter: ({ options }) => options } : {})}
    />
  )
}

export interface Person { id: string; username: string }

interface PersonFilterProps { people: readonly Person[]; value: Person | undefined; onChange: (person: Person | undefined) => void; onSearch?: (text: string) => void }

/** Whose doings are listed. Whoever is chosen stays a choice, whatever else is found. */
export function PersonFilter({ people, value, onChange, onSearch }: PersonFilterProps) {
  const all = new Map([...(value ? [value] : []), ...people].map((person) => [person.id, person]))
  const choices = [...all.values()].map(({ id, username }) => ({ value: id, label: username })).sort((a, b) => a.label.localeCompare(b.label))
  return <Filter label="Who" all="Everybody" choices={choices} value={value?.id ?? null} onChange={(id) => { onChange(id === null ? undefined : all.get(id)) }} {...(onSearch ? { onSearch } : {})} />
}

const titled = (titles: Record<string, string>): Choice[] => Object.entries(titles).map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label))

export const MethodFilter = ({ titles, value, onChange }: { titles: Record<string, string>; value: string | null; onChange: (method: string | null) => void }) =>
  <Filter label="What" all="Everything" choices={titled(titles)} value={value} onChange={onChange} />
