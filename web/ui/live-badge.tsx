import { Group, Text, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { liveness } from '../lib/socket.ts'
import { useStore } from '../lib/store.ts'
import { Dot } from './status.tsx'

const looks = {
  connecting: { tone: 'gray', text: 'Connecting', why: 'Opening the stream of changes.' },
  live: { tone: 'green', text: 'Live', why: 'What you see changes by itself as things change.' },
  reconnecting: { tone: 'amber', text: 'Reconnecting', why: 'The server is not heard. What you see may be old until it is back; nothing will be missed.' },
} as const

/** Says whether the screen is being kept true. A short break is not worth a word. */
export function LiveBadge() {
  const now = useStore(liveness)
  const [shown, setShown] = useState(now)
  useEffect(() => {
    const timer = setTimeout(() => { setShown(now) }, now === 'live' ? 0 : 900)
    return () => { clearTimeout(timer) }
  }, [now])
  const { tone, text, why } = looks[shown]
  return (
    <Tooltip label={why} position="top-start">
      <Group gap={9} px={10} py={4} role="status" aria-live="polite" data-liveness={shown} tabIndex={0}>
        <Dot tone={tone} moving={shown !== 'live'} />
        <Text size="xs" c="dimmed">{text}</Text>
      </Group>
    </Tooltip>
  )
}
