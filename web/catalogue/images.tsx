import { Button, Menu, Stack } from '@mantine/core'
import { useState } from 'react'
import type { DeleteImageInput, ImageKeptFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { DiskIcon, PlusIcon } from '../ui/icons.tsx'
import { keptImageColumns } from './columns.tsx'
import { CopyDialog } from './copy-dialog.tsx'
import { EntryActions } from './entry-actions.tsx'
import { EntryList } from './entry-list.tsx'
import { ImageDialog } from './image-dialog.tsx'
import { DeleteImage, Images, RestoreImage, RetireImage } from './image-operations.ts'
import { ImageWork } from './image-tasks.tsx'
import { ImportDialog } from './import-dialog.tsx'

interface Dialog { kind: 'import' | 'edit' | 'version' | 'copy'; image?: ImageKeptFragment }

/** What disks are made from, and how it comes here. No stream tells of images: they are asked for whenever somebody looks, and when work on one goes on. */
export function ImageList() {
  const pages = usePages(Images, {}, { answers: 'fresh' })
  const [{ kind, image }, setDialog] = useState<Partial<Dialog>>({})
  const [retire] = useAct(RetireImage)
  const [restore] = useAct(RestoreImage)
  const [remove] = useAct(DeleteImage)
  const close = () => { setDialog({}) }
  async function removeImage(input: DeleteImageInput) {
    const outcome = await remove(input)
    // One without copies leaves no work behind that would tell of it.
    if (outcome.payload?.deletedId != null) pages.reread()
    return outcome
  }
  const columns = keptImageColumns((image) => {
    const { id: imageId, retiredAt, versions } = image
    return (
      <EntryActions
        kind="image" entry={image} onEdit={() => { setDialog({ kind: 'edit', image }) }} retire={(how) => retire({ imageId, ...how })} restore={() => restore({ imageId })}
        remove={(how) => removeImage({ imageId, ...how })} removal="Only what no template and no VM stands on can be deleted."
      >
        {retiredAt === null && <Menu.Item onClick={() => { setDialog({ kind: 'version', image }) }}>New version</Menu.Item>}
        {retiredAt === null && versions.length > 0 && <Menu.Item onClick={() => { setDialog({ kind: 'copy', image }) }}>Copy to pool</Menu.Item>}
      </EntryActions>
    )
  })
  return (
    <Stack gap="lg">
      <ImageWork onStep={pages.reread} />
      <EntryList
        label="Images" pages={pages} columns={columns} create={<Button leftSection={<PlusIcon />} onClick={() => { setDialog({ kind: 'import' }) }}>Import image</Button>}
        icon={<DiskIcon size={26} />} empty="No images yet" about="An image is what disks are made from. It is imported here from an address of the web; templates and VMs are made from it."
      />
      <ImageDialog image={kind === 'edit' ? image : undefined} onClose={close} />
      <ImportDialog image={kind === 'version' ? image : undefined} opened={kind === 'import' || kind === 'version'} onClose={close} />
      <CopyDialog image={kind === 'copy' ? image : undefined} onClose={close} />
    </Stack>
  )
}
