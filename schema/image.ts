import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import { isOperator } from '../server/app/reader.ts'
import type { Image } from '../server/db/entities/catalogue.ts'
import { imagesOfVersions, imageVersionsOf } from '../server/db/queries/inventory.ts'
import type { ImageVersionWithReplicas } from '../server/db/queries/inventory.ts'
import type { ImageFormat } from '../server/model/disk-image.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { offerFields } from './offer.ts'

export const ImageFormatType = builder.enumType('ImageFormat', {
  description: 'What kind of disk an image is.',
  values: {
    QCOW2: { value: 'qcow2' satisfies ImageFormat, description: 'QEMU\'s own, which holds only what was written.' },
    RAW: { value: 'raw' satisfies ImageFormat, description: 'The disk byte by byte.' },
  },
})

export interface ImageVersionShown { number: number; sha256: string; format: ImageFormat; sizeBytes: number; virtualSizeBytes: number; sourceUrl?: string | null | undefined; readyPools: number; copies: ImageVersionWithReplicas['replicas']; createdAt: Date }

export const ImageVersionType = builder.objectRef<ImageVersionShown>('ImageVersion').implement({
  description: 'The content of an image at one time. It never changes.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Counts from 1.' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of the file, in hex.' }),
    format: t.exposeString('format', { description: '`qcow2` or `raw`.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'Bytes', description: 'The size of the file.' }),
    virtualSizeBytes: t.expose('virtualSizeBytes', { type: 'Bytes', description: 'The size of the disk that a guest sees; a VM\'s disk is at least as large.' }),
    readyPools: t.exposeInt('readyPools', { description: 'How many pools hold it and can make disks from it.' }),
    sourceUrl: t.string({ nullable: true, description: 'Where in the web it was imported from, for superusers; null for everybody else, and of one that `npm start` brought.', resolve: ({ sourceUrl }, _args, { actor }) => (isOperator(actor) ? sourceUrl ?? null : null) }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
})

export const ImageType = builder.loadableNodeRef('Image', {
  load: (ids: string[], context: Context) => findInventory(context, 'image', ids),
  id: { resolve: ({ id }: Image) => id },
  sort: ({ id }: Image) => id,
})

ImageType.implement({
  description: 'A disk that VMs start from, in versions.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    os: t.exposeString('os', { description: 'The operating system in it, for people.' }),
    versions: t.loadableList({
      type: ImageVersionType,
      description: 'Its versions, newest first.',
      load: async (ids: string[], { em }: Context) => {
        const byImage = Map.groupBy(await imageVersionsOf(em, ids), ({ image }) => image)
        return ids.map((id) => (byImage.get(id) ?? []).map(({ replicas, ...version }): ImageVersionShown => ({ ...version, copies: replicas, readyPools: replicas.filter(({ state }) => state === 'ready').length })))
      },
      resolve: ({ id }) => id,
    }),
    ...offerFields<Image>(t, 'image'),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
})

/** The images of these versions, null where the reader does not see one. */
export async function loadImages(versionIds: string[], context: Context): Promise<(Image | null)[]> {
  const versions = new Map((await imagesOfVersions(context.em, versionIds)).map((version) => [version.id, version.imageId]))
  const images = new Map((await findInventory(context, 'image', [...new Set(versions.values())])).map((image) => [image.id, image]))
  return versionIds.map((id) => images.get(versions.get(id)!) ?? null)
}

export async function loadImageNumbers(versionIds: string[], { em }: Context): Promise<number[]> {
  const versions = new Map((await imagesOfVersions(em, versionIds)).map(({ id, number }) => [id, number]))
  return versionIds.map((id) => versions.get(id)!)
}

builder.queryField('images', (t) => t.connection({
  type: ImageType,
  description: 'The images that you see, oldest first.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    workspaceId: t.arg.id({ description: 'Only those that VMs of this workspace can be made from.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that are no longer offered are listed too.' }),
  },
  resolve: (_root, { name, workspaceId, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, retiredToo: retiredToo ?? false, workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId') }
    return pageWithTotal(args, (page) => listInventory(context, 'image', filter, page), () => countInventory(context, 'image', filter))
  },
}, { description: 'One page of images.' }, { description: 'An image with its cursor.' }))
