import { Button } from '@mantine/core'
import RFB from '@novnc/novnc'
import { useCallback, useRef } from 'react'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { ConsoleFrame } from './console-frame.tsx'
import classes from './console.module.css'
import { useConsole } from './use-console.ts'

/** The screen, keyboard and mouse of a VM over VNC. */
export function ScreenConsole({ vm, allowed }: { vm: VmLiveFragment; allowed: true | string }) {
  const box = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const screen = useRef<RFB>(null)

  const attach = useCallback((socket: WebSocket) => {
    if (!place.current) return () => {}
    const rfb = new RFB(place.current, socket)
    rfb.scaleViewport = true
    rfb.background = '#0b0e13'
    screen.current = rfb
    // One that fails on its own, for example in the handshake, ends the connection too.
    rfb.addEventListener('disconnect', () => { socket.close() })
    rfb.addEventListener('connect', () => { rfb.focus() })
    return () => {
      screen.current = null
      rfb.disconnect()
      place.current?.replaceChildren()
    }
  }, [])
  const { state, again } = useConsole(vm, 'SCREEN', allowed === true, attach)

  return (
    <ConsoleFrame allowed={allowed} state={state} again={again} box={box} tools={<Button size="compact-xs" variant="subtle" color="gray" c="#9aa5b5" disabled={state.kind !== 'open'} onClick={() => { screen.current?.sendCtrlAltDel() }}>Ctrl-Alt-Del</Button>}>
      <div className={classes.screen} ref={place} role="application" aria-label={`Screen of ${vm.name}`} />
    </ConsoleFrame>
  )
}
