import { Button, Group, Input, Modal, SegmentedControl, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { CloneMode, ImageShownFragment, TemplateLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { bytes } from '../lib/format.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { usePages } from '../lib/use-pages.ts'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { fieldOf, newTemplate, templateDraftOf, templateInput, templateRules } from './draft.ts'
import type { TemplateDraft } from './draft.ts'
import { Images } from './image-operations.ts'
import { CreateTemplate, UpdateTemplate } from './operations.ts'
import { OfferFields, SizeFields } from './size-fields.tsx'

interface TemplateDialogProps { template?: TemplateLiveFragment | undefined; opened: boolean; onClose: () => void }

/** Makes a template, or changes the one that is given. */
export function TemplateDialog({ template, opened, onClose }: TemplateDialogProps) {
  return <Modal opened={opened} onClose={onClose} title={template ? 'Edit this template' : 'Create a template'} size="lg" centered>{opened && <WithImages template={template} onClose={onClose} />}</Modal>
}

function WithImages({ template, onClose }: Omit<TemplateDialogProps, 'opened'>) {
  const { nodes, loading, problem } = usePages(Images, {}, { answers: 'fresh' })
  if (loading) return <PageSkeleton />
  if (problem) return <ProblemNote problem={problem} />
  // One that is retired can stay, but not be chosen.
  return <Body template={template} onClose={onClose} images={nodes.filter(({ id, retiredAt }) => retiredAt === null || id === template?.image?.id)} />
}

const modes: Record<CloneMode, { label: string; description: string }> = {
  LINKED: { label: 'Linked', description: 'Made at once: the disk stands on the pool\'s copy of the image and holds what differs.' },
  FULL: { label: 'Full copy', description: 'The disk stands alone. Making it takes as long as copying the image.' },
}

function Body({ template, images, onClose }: Omit<TemplateDialogProps, 'opened'> & { images: readonly ImageShownFragment[] }) {
  const [create, creating] = useAct(CreateTemplate)
  const [update, updating] = useAct(UpdateTemplate)
  const form = useForm<TemplateDraft>({ mode: 'controlled', initialValues: template ? templateDraftOf(template) : { ...newTemplate, imageId: images.length === 1 ? images[0]!.id : '' }, validate: templateRules })
  const [problem, showProblem] = useFormProblem(form)
  const draft = form.getValues()
  const image = images.find(({ id }) => id === draft.imageId)

  async function submit(draft: TemplateDraft): Promise<void> {
    const input = templateInput(draft, template)
    const { problem } = template ? await update({ templateId: template.id, ...input }) : await create({ ...input, imageId: draft.imageId })
    showProblem(problem && { ...problem, field: fieldOf(problem.field) })
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => { void submit(draft) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <TextInput label="Name" placeholder="Debian 12" data-autofocus {...form.getInputProps('name')} />
          <TextInput label="Operating system" placeholder="Debian GNU/Linux 12" {...form.getInputProps('os')} />
        </SimpleGrid>
        <Textarea label="Description" autosize minRows={1} {...form.getInputProps('description')} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Select
            label="Image" placeholder={images.length > 0 ? 'Choose an image' : 'No image is registered'} allowDeselect={false} searchable={images.length > 8} comboboxProps={{ shadow: 'md' }}
            data={images.map(({ id, name, retiredAt }) => ({ value: id, label: retiredAt === null ? name : `${name} (retired)` }))} {...form.getInputProps('imageId')}
            onChange={(imageId) => { form.setValues({ imageId: imageId ?? '', imageVersion: '' }); form.clearFieldError('imageId') }}
          />
          <Select
            label="Version" placeholder="The newest" clearable comboboxProps={{ shadow: 'md' }}
            data={image?.versions.map(({ number, virtualSizeBytes }) => ({ value: String(number), label: `${number} (${bytes(virtualSizeBytes)})` })) ?? []} {...form.getInputProps('imageVersion')} value={draft.imageVersion || null} onChange={(version) => { form.setFieldValue('imageVersion', version ?? '') }}
          />
        </SimpleGrid>
        <SizeFields form={form} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Input.Wrapper label="Disks" labelElement="div" labelProps={{ id: 'clone-mode' }} description={modes[draft.cloneMode].description} inputWrapperOrder={['label', 'input', 'description']}>
            <SegmentedControl style={{ display: 'flex', width: 'fit-content' }} aria-labelledby="clone-mode" {...form.getInputProps('cloneMode')} data={Object.entries(modes).map(([value, { label }]) => ({ value, label }))} />
          </Input.Wrapper>
          <TextInput label="First network interface" description="As the guest calls it." inputWrapperOrder={['label', 'input', 'error', 'description']} {...form.getInputProps('guestInterface')} />
        </SimpleGrid>
        <OfferFields form={form} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating || updating}>{template ? 'Save' : 'Create template'}</Button></Group>
      </Stack>
    </form>
  )
}
