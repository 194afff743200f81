import { useState } from 'react'
import type { ImageShownFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { DiskIcon } from '../ui/icons.tsx'
import { imageColumns } from './columns.tsx'
import { EntryActions } from './entry-actions.tsx'
import { EntryList } from './entry-list.tsx'
import { ImageDialog } from './image-dialog.tsx'
import { Images, RestoreImage, RetireImage } from './operations.ts'

/** What disks are made from. No stream tells of images: they are asked for whenever somebody looks. */
export function ImageList() {
  const pages = usePages(Images, {}, { answers: 'fresh' })
  const [edited, setEdited] = useState<ImageShownFragment>()
  const [retire] = useAct(RetireImage)
  const [restore] = useAct(RestoreImage)
  const columns = imageColumns(true, (image) => (
    <EntryActions kind="image" entry={image} onEdit={() => { setEdited(image) }} retire={(how) => retire({ imageId: image.id, ...how })} restore={() => restore({ imageId: image.id })} />
  ))
  return (
    <>
      <EntryList label="Images" pages={pages} columns={columns} icon={<DiskIcon size={26} />} empty="No images yet" about="An image is what disks are made from. npm start registers one; templates and VMs are made from it." />
      <ImageDialog image={edited} onClose={() => { setEdited(undefined) }} />
    </>
  )
}
