import { ActionIcon, Button, Group, Tooltip } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'
import { Empty } from '../ui/empty.tsx'
import { ConsoleIcon, ExpandIcon } from '../ui/icons.tsx'
import { Dot } from '../ui/status.tsx'
import classes from './console.module.css'
import type { ConsoleState } from './console-link.ts'

const looks = { opening: { tone: 'blue', text: 'Connecting' }, open: { tone: 'green', text: 'Connected' }, waiting: { tone: 'amber', text: 'Reconnecting' }, ended: { tone: 'gray', text: 'Ended' } } as const

interface ConsoleFrameProps { allowed: true | string; state: ConsoleState; again: () => void; tools?: ReactNode; box: RefObject<HTMLDivElement | null>; children: ReactNode }

/** What stands around a console: whether it is connected, what else it can do, and why it is not there. */
export function ConsoleFrame({ allowed, state, again, tools, box, children }: ConsoleFrameProps) {
  if (allowed !== true) return <Empty icon={<ConsoleIcon size={26} />} title="There is no console now">{allowed}</Empty>
  const { tone, text } = looks[state.kind]
  return (
    <div className={classes.frame} ref={box}>
      <div className={classes.bar}>
        <span className={classes.state} role="status" aria-live="polite" data-console={state.kind}><Dot tone={tone} moving={state.kind === 'opening' || state.kind === 'waiting'} />{text}{'why' in state && <span className={classes.why}>{state.why}</span>}</span>
        <Group gap={6} wrap="nowrap">
          {state.kind === 'ended' && <Button size="compact-xs" variant="light" onClick={again}>Connect again</Button>}
          {tools}
          <Tooltip label="Full screen"><ActionIcon size="sm" variant="subtle" color="gray" c="#9aa5b5" aria-label="Full screen" onClick={() => { void (document.fullscreenElement ? document.exitFullscreen() : box.current?.requestFullscreen()) }}><ExpandIcon size={15} /></ActionIcon></Tooltip>
        </Group>
      </div>
      {children}
    </div>
  )
}
