import { Button, Group, Input, Modal, PasswordInput, SegmentedControl, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useQuery } from 'urql'
import { checkName } from '../../server/model/names.ts'
import type { CreatePoolInput } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { AreaChoices } from '../lib/documents.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { problemOf } from '../lib/problem.ts'
import { said } from '../lib/rules.ts'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { CreatePool } from './operations.ts'

const kinds = { dir: 'Folder', nfs: 'NFS', glusterfs: 'GlusterFS', rbd: 'Ceph' } as const
type Kind = keyof typeof kinds
const explained: Record<Kind, string> = {
  dir: 'A folder that you mount on every host yourself.',
  nfs: 'Mounted by the hosts. Nobody has tried this with Kloudak on a real NFS server yet.',
  glusterfs: 'A volume, mounted by the hosts.',
  rbd: 'A pool of block devices of a Ceph cluster.',
}
const initialValues = { name: '', areaId: '', path: '/srv/kloudak/pool', servers: [] as string[], sourcePath: '', cephPool: '', user: '', secret: '', wipeOnDelete: false }
type Values = typeof initialValues

export function CreatePoolDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return <Modal opened={opened} onClose={onClose} title="Add a pool" size="lg" centered>{opened && <Body onClose={onClose} />}</Modal>
}

function storageOf(kind: Kind, { path, servers, sourcePath, cephPool, user, secret }: Values): Pick<CreatePoolInput, 'dir' | 'netfs' | 'rbd'> {
  if (kind === 'dir') return { dir: { path: path.trim() } }
  if (kind === 'rbd') return { rbd: { monitors: servers, pool: cephPool.trim(), user: user.trim(), secret: secret.trim() } }
  return { netfs: { format: kind === 'nfs' ? 'NFS' : 'GLUSTERFS', hosts: servers, sourcePath: sourcePath.trim(), path: path.trim() } }
}

/** The API names fields by their place in the input; the form has them flat. */
const fieldOf = (field: string | null | undefined): string | undefined => ({ hosts: 'servers', monitors: 'servers', pool: 'cephPool' })[field?.split('.').at(-1)?.replace(/\d+$/, '') ?? ''] ?? field?.split('.').find((part) => part in initialValues)

function Body({ onClose }: { onClose: () => void }) {
  const [{ data, error }, reread] = useQuery({ query: AreaChoices })
  const [create, creating] = useAct(CreatePool)
  const [kind, setKind] = useState<Kind>('dir')
  const form = useForm<Values>({ mode: 'uncontrolled', initialValues, validate: { name: (name) => said(() => checkName(name.trim())), areaId: (id) => (id || data?.areas.edges.length === 1 ? null : 'Choose an area.') } })
  const [problem, showProblem] = useFormProblem(form)
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const areas = data.areas.edges.map(({ node }) => node)
  const of = (name: keyof Values) => ({ key: form.key(name), ...form.getInputProps(name) })

  async function submit(values: Values): Promise<void> {
    const { problem } = await create({ areaId: values.areaId || areas[0]!.id, name: values.name.trim(), wipeOnDelete: values.wipeOnDelete, ...storageOf(kind, values) })
    showProblem(problem && { ...problem, field: fieldOf(problem.field) ?? null })
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <Group grow align="flex-start">
          <TextInput label="Name" placeholder="fast" data-autofocus {...of('name')} />
          <Select label="Area" allowDeselect={false} data={areas.map(({ id, name }) => ({ value: id, label: name }))} {...of('areaId')} {...(areas.length === 1 ? { defaultValue: areas[0]!.id } : {})} />
        </Group>
        <Input.Wrapper label="Storage" labelElement="div" labelProps={{ id: 'storage-kind' }} description={explained[kind]} inputWrapperOrder={['label', 'input', 'description']}>
          <SegmentedControl style={{ display: 'flex', width: 'fit-content' }} aria-labelledby="storage-kind" value={kind} onChange={setKind} data={Object.entries(kinds).map(([value, label]) => ({ value: value as Kind, label }))} />
        </Input.Wrapper>
        {kind !== 'dir' && <TagsInput label={kind === 'rbd' ? 'Monitors' : kind === 'nfs' ? 'Server' : 'Servers'} placeholder="10.0.0.1" maxTags={kind === 'nfs' ? 1 : 16} {...of('servers')} />}
        {(kind === 'nfs' || kind === 'glusterfs') && <TextInput label={kind === 'nfs' ? 'Exported folder' : 'Volume'} placeholder={kind === 'nfs' ? '/export/pool' : '/volume'} {...of('sourcePath')} />}
        {kind !== 'rbd' && <TextInput label={kind === 'dir' ? 'Folder' : 'Mounted at'} {...of('path')} />}
        {kind === 'rbd' && <Group grow align="flex-start"><TextInput label="Pool in Ceph" {...of('cephPool')} /><TextInput label="User" placeholder="kloudak" {...of('user')} /></Group>}
        {kind === 'rbd' && <PasswordInput label="The user's key" description="As ceph auth get-key prints it. It is kept sealed, and told to nobody." autoComplete="off" {...of('secret')} />}
        <Switch label="Overwrite deleted disks with zeroes" key={form.key('wipeOnDelete')} {...form.getInputProps('wipeOnDelete', { type: 'checkbox' })} />
        <Text size="xs" c="dimmed">Kloudak starts it on every host of the area, and proves that all have the same storage.</Text>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating}>Add pool</Button></Group>
      </Stack>
    </form>
  )
}
