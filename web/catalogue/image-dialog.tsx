import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ImageShownFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { fieldOf, imageDraftOf, imageInput, imageRules } from './draft.ts'
import type { ImageDraft } from './draft.ts'
import { UpdateImage } from './image-operations.ts'
import { Visibility } from './visibility.tsx'

interface ImageDialogProps { image: ImageShownFragment | undefined; onClose: () => void }

/** What an image is called and who may use it. Its content never changes. */
export function ImageDialog({ image, onClose }: ImageDialogProps) {
  return <Modal opened={image !== undefined} onClose={onClose} title="Edit this image" centered>{image && <Body image={image} onClose={onClose} />}</Modal>
}

function Body({ image, onClose }: { image: ImageShownFragment; onClose: () => void }) {
  const [update, updating] = useAct(UpdateImage)
  const form = useForm<ImageDraft>({ mode: 'controlled', initialValues: imageDraftOf(image), validate: imageRules })
  const [problem, showProblem] = useFormProblem(form)
  const { isPublic, workspaceIds } = form.getValues()

  async function submit(draft: ImageDraft): Promise<void> {
    const { problem } = await update({ imageId: image.id, ...imageInput(draft) })
    showProblem(problem && { ...problem, field: fieldOf(problem.field) })
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => { void submit(draft) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" data-autofocus {...form.getInputProps('name')} />
        <TextInput label="Operating system" {...form.getInputProps('os')} />
        <Visibility value={{ isPublic, workspaceIds }} onChange={(visible) => { form.setValues(visible) }} error={form.errors.workspaceIds} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={updating}>Save</Button></Group>
      </Stack>
    </form>
  )
}
