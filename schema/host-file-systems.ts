import { findHostFileSystems } from '../server/app/stats-read.ts'
import type { FileSystem } from '../server/model/host-figures.ts'
import { builder } from './builder.ts'
import { HostType } from './host.ts'
import { loaderOf } from './loader.ts'

const FileSystemType = builder.objectRef<FileSystem>('HostFileSystem').implement({
  description: 'A file system of a host itself: local, and one that can be written to.',
  fields: (t) => ({
    mountPoint: t.exposeString('mountPoint', { description: 'Where it is mounted, unique on its host; spaces and commas are told as `_`.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'Bytes', description: 'Its size, in bytes.' }),
    usedBytes: t.expose('usedBytes', { type: 'Bytes', description: 'What is in use of it, in bytes.' }),
  }),
})

const fileSystemsLoader = loaderOf(async (ids, context): Promise<(FileSystem[] | null)[]> => {
  const found = await findHostFileSystems(context, ids)
  return ids.map((id) => found.get(id) ?? null)
})

builder.objectField(HostType, 'fileSystems', (t) => t.field({
  type: [FileSystemType], nullable: true, complexity: { field: 2, multiplier: 2 },
  description: 'Its own file systems, brought up to date each minute; null when its Open vSwitch has told none in the last five minutes. What lies in the network is not among them.',
  resolve: ({ id }, _args, context) => fileSystemsLoader(context).load(id),
}))
