import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { ago } from '../lib/format.ts'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

// One clock for all of the page.
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => { now = Date.now(); for (const each of listeners) each() }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) { clearInterval(timer); timer = undefined }
  }
}

/** The current time in milliseconds, each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

export function Ago({ at }: { at: string }) {
  const moment = useNow()
  return <Tooltip label={new Date(at).toLocaleString()}><time dateTime={at}>{ago(at, moment)}</time></Tooltip>
}
