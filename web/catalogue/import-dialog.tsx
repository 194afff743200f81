import { Button, Collapse, Group, Input, Modal, SegmentedControl, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { ImageFormat, ImageKeptFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ImportImage } from './image-operations.ts'
import { digestTitle, importFieldOf, importInput, importRules, newImport } from './import-draft.ts'
import type { ImportDraft } from './import-draft.ts'
import { PoolSelect, WithPools } from './pool-select.tsx'
import type { PoolChoice } from './pool-select.tsx'
import { Visibility } from './visibility.tsx'

interface ImportDialogProps {
  /** Gets another version; left out, a new image is made. */
  image?: ImageKeptFragment | undefined
  opened: boolean
  onClose: () => void
}

/** Brings what lies in the web into a pool. The dialog ends when the work has begun. */
export function ImportDialog({ image, opened, onClose }: ImportDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={image ? `New version of ${image.name}` : 'Import an image'} size="lg" centered>
      {opened && <WithPools>{(pools) => <Body image={image} pools={pools} onClose={onClose} />}</WithPools>}
    </Modal>
  )
}

const formats: Record<ImageFormat | 'FOUND_OUT', string> = { FOUND_OUT: 'Found out', QCOW2: 'qcow2', RAW: 'Raw' }

/** Another version goes where the one before it is, if it can. */
function firstPool(pools: readonly PoolChoice[], image: ImageKeptFragment | undefined): string {
  const held = pools.find(({ id }) => image?.versions[0]?.copies?.some(({ pool }) => pool.id === id))
  return held?.id ?? (pools.length === 1 ? pools[0]!.id : '')
}

function Body({ image, pools, onClose }: Omit<ImportDialogProps, 'opened'> & { pools: readonly PoolChoice[] }) {
  const [importImage, importing] = useAct(ImportImage)
  const [more, setMore] = useState(false)
  const form = useForm<ImportDraft>({ mode: 'controlled', initialValues: { ...newImport, poolId: firstPool(pools, image) }, validate: importRules(image !== undefined) })
  const [problem, showProblem] = useFormProblem(form)
  const { digest, format, isPublic, workspaceIds } = form.getValues()

  async function submit(draft: ImportDraft): Promise<void> {
    const { problem } = await importImage(importInput(draft, image?.id))
    showProblem(problem && { ...problem, field: importFieldOf(problem.field) })
    if (problem?.field === 'format') setMore(true)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => { void submit(draft) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        {!image && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput label="Name" placeholder="Debian 12" data-autofocus {...form.getInputProps('name')} />
            <TextInput label="Operating system" placeholder="Debian GNU/Linux 12" {...form.getInputProps('os')} />
          </SimpleGrid>
        )}
        <TextInput
          label="Address" description="A qcow2 or raw disk that is not packed. The workers of Kloudak read it from there." placeholder="https://cloud.example.org/debian-12.qcow2" type="url" autoComplete="off" spellCheck={false}
          data-autofocus={image ? true : undefined} {...form.getInputProps('url')}
        />
        <TextInput
          label="Digest" description="The SHA-256 or the SHA-512 that its makers publish. What has another one is refused." placeholder="Paste it here" autoComplete="off" spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
          rightSection={digestTitle(digest) && <Text size="xs" c="dimmed">{digestTitle(digest)}</Text>} rightSectionWidth={digestTitle(digest) ? 76 : 0} {...form.getInputProps('digest')}
        />
        <PoolSelect pools={pools} description="Others get it from this one." none="No pool takes images" {...form.getInputProps('poolId')} />
        {!image && <Visibility value={{ isPublic, workspaceIds }} onChange={(visible) => { form.setValues(visible) }} error={form.errors.workspaceIds} />}
        <UnstyledButton type="button" aria-expanded={more} onClick={() => { setMore(!more) }}><Text size="sm" c="dimmed">{more ? 'Less' : `Kind of disk: ${formats[format].toLowerCase()}`}</Text></UnstyledButton>
        <Collapse expanded={more}>
          <Input.Wrapper label="Kind of disk" labelElement="div" labelProps={{ id: 'image-format' }} description="To be said only of a raw disk without a boot sector." error={form.errors.format} inputWrapperOrder={['label', 'input', 'error', 'description']}>
            <SegmentedControl style={{ display: 'flex', width: 'fit-content' }} aria-labelledby="image-format" value={format} onChange={(format) => { form.setFieldValue('format', format) }} data={Object.entries(formats).map(([value, label]) => ({ value: value as ImageFormat, label }))} />
          </Input.Wrapper>
        </Collapse>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={importing}>{image ? 'Import version' : 'Import image'}</Button></Group>
      </Stack>
    </form>
  )
}
