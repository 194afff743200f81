import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ImageKeptFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { CopyImage } from './image-operations.ts'
import { PoolSelect, WithPools } from './pool-select.tsx'
import type { PoolChoice } from './pool-select.tsx'

interface CopyDialogProps { image: ImageKeptFragment | undefined; onClose: () => void }

/** Brings the newest version into another pool. */
export function CopyDialog({ image, onClose }: CopyDialogProps) {
  return <Modal opened={image !== undefined} onClose={onClose} title={`Copy ${image?.name ?? 'it'} to a pool`} centered>{image && <WithPools>{(pools) => <Body image={image} pools={pools} onClose={onClose} />}</WithPools>}</Modal>
}

function Body({ image: { id: imageId, versions: [newest] }, pools, onClose }: { image: ImageKeptFragment; pools: readonly PoolChoice[]; onClose: () => void }) {
  const [copy, copying] = useAct(CopyImage)
  // Into a pool where it failed it can be brought again.
  const without = pools.filter(({ id }) => !newest?.copies?.some(({ pool, state }) => pool.id === id && state !== 'FAILED'))
  const form = useForm({ mode: 'controlled', initialValues: { poolId: without.length === 1 ? without[0]!.id : '' }, validate: { poolId: (id: string) => (id ? null : 'Choose a pool.') } })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ poolId }: { poolId: string }): Promise<void> {
    const { problem } = await copy({ imageId, version: newest?.number, poolId })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        {without.length > 0
          ? <><Text size="sm">VMs start where a pool has the image. This brings version {newest?.number} there.</Text><PoolSelect pools={without} none="" data-autofocus {...form.getInputProps('poolId')} /></>
          : <Text size="sm">All pools in service have version {newest?.number}, or are being given it.</Text>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <WhyNot allowed={without.length > 0 ? true : 'There is no pool to copy it to.'}><Button type="submit" loading={copying}>Copy image</Button></WhyNot>
        </Group>
      </Stack>
    </form>
  )
}
