import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import type { ConsoleKind, VmLiveFragment } from '../gql/graphql.ts'
import { isProblem, problemOf } from '../lib/problem.ts'
import { keepConsole } from './console-link.ts'
import type { ConsoleState } from './console-link.ts'
import { OpenConsole } from './operations.ts'

/**
 * The console of a VM for as long as the component shows it and the VM has one. `attach` must stay the same function.
 * When the VM starts again after its console has ended, the console comes back.
 */
export function useConsole(vm: Pick<VmLiveFragment, 'id' | 'observedPower'>, kind: ConsoleKind, allowed: boolean, attach: (socket: WebSocket) => () => void): { state: ConsoleState; again: () => void } {
  const client = useClient()
  const [state, setState] = useState<ConsoleState>({ kind: 'opening' })
  const [tries, setTries] = useState(0)
  const { id: vmId, observedPower } = vm
  // Whatever stands here begins a new connection when it changes.
  const life = `${tries} ${observedPower}`

  useEffect(() => {
    if (!allowed || life === '') return
    const abort = new AbortController()
    const ask = async () => {
      const { data, error } = await client.mutation(OpenConsole, { input: { vmId, kind } }).toPromise()
      if (error) return { problem: problemOf(error) }
      const { openConsole: answer } = data!
      return isProblem(answer) ? { problem: answer } : answer as { path: string }
    }
    void keepConsole({ ask, attach, tell: (next) => { if (!abort.signal.aborted) setState(next) } }, abort.signal)
    return () => { abort.abort() }
  }, [client, vmId, kind, allowed, attach, life])

  return { state, again: () => { setTries(tries + 1) } }
}
