import type { Position } from './cursor.ts'

export const watchedTypes = ['workspace', 'membership', 'area', 'host', 'pool', 'template', 'instance_type', 'network', 'vm', 'affinity_group', 'task', 'drift'] as const
export type WatchedType = (typeof watchedTypes)[number]

/** One change of one watched row. It names the row and its version; what the row holds is read at delivery (decision 4). */
export interface ChangeEvent {
  position: Position
  /** To be given as `after` by a client that has handled this event. */
  cursor: string
  /** Null for what belongs to no workspace: hosts, areas, pools, templates, instance types, shared networks. */
  workspaceId: string | null
  objectType: WatchedType
  objectId: string
  kind: 'created' | 'changed' | 'deleted'
  /** Of the row after the change. A reader that has seen a higher one drops this event. */
  version: number
  at: Date
}

/** All that is given must match. */
export interface EventFilter {
  workspaceId?: string
  objectTypes?: readonly WatchedType[]
  objectId?: string
}

export function matches({ workspaceId, objectTypes, objectId }: EventFilter, event: ChangeEvent): boolean {
  return (workspaceId === undefined || event.workspaceId === workspaceId)
    && (objectId === undefined || event.objectId === objectId)
    && (objectTypes === undefined || objectTypes.includes(event.objectType))
}
