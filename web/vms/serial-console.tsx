import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { ConsoleFrame } from './console-frame.tsx'
import classes from './console.module.css'
import { useConsole } from './use-console.ts'

const font = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace'

/** The first serial port of a VM as a terminal. What it says while nobody looks is said again by the worker. */
export function SerialConsole({ vm, allowed }: { vm: VmLiveFragment; allowed: true | string }) {
  const box = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const [terminal] = useState(() => new Terminal({ fontFamily: font, fontSize: 13, cursorBlink: true, scrollback: 5_000, theme: { background: '#0b0e13', foreground: '#d5dbe5', cursor: '#8fadf6', selectionBackground: '#2f5bd766' } }))

  const attach = useCallback((socket: WebSocket) => {
    terminal.reset()
    const encoder = new TextEncoder()
    const heard = ({ data }: MessageEvent<ArrayBuffer>) => { terminal.write(new Uint8Array(data)) }
    socket.addEventListener('message', heard)
    const typed = terminal.onData((text) => { if (socket.readyState === WebSocket.OPEN) socket.send(encoder.encode(text)) })
    // What a mouse reports is bytes, not text.
    const pointed = terminal.onBinary((text) => { if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(text, (letter) => letter.charCodeAt(0))) })
    return () => { socket.removeEventListener('message', heard); typed.dispose(); pointed.dispose() }
  }, [terminal])
  const { state, again } = useConsole(vm, 'SERIAL', allowed === true, attach)

  useEffect(() => {
    if (allowed !== true || !place.current) return
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    terminal.open(place.current)
    const observer = new ResizeObserver(() => { fit.fit() })
    observer.observe(place.current)
    terminal.focus()
    return () => { observer.disconnect() }
  }, [terminal, allowed])

  return <ConsoleFrame allowed={allowed} state={state} again={again} box={box}><div className={classes.terminal} ref={place} aria-label={`Serial console of ${vm.name}`} /></ConsoleFrame>
}
