import { createContext, useContext } from 'react'
import type { Permission } from '../../server/model/permissions.ts'

export interface Workspace { id: string; name: string; workspacePhase: 'READY' | 'DELETING'; permissions: readonly string[] }

/** The workspace whose things the page shows. */
export const CurrentWorkspace = createContext<Workspace | undefined>(undefined)

export function useWorkspace(): Workspace {
  const workspace = useContext(CurrentWorkspace)
  if (!workspace) throw new Error('This page belongs into a workspace')
  return workspace
}

/** True, or the sentence that says which permission is missing. */
export function useMay(): (permission: Permission) => true | string {
  const { permissions, workspacePhase } = useWorkspace()
  return (permission) => (workspacePhase === 'DELETING' && permission.endsWith(':add') ? 'The workspace is being deleted.' : undefined) ?? (permissions.includes(permission) || `This needs the permission ${permission} in the workspace. Ask one of its owners.`)
}

const key = 'kloudak-workspace'
export const rememberWorkspace = (id: string): void => { localStorage.setItem(key, id) }
export const rememberedWorkspace = (): string | null => localStorage.getItem(key)
