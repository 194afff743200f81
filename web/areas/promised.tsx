import { Progress, Text, Tooltip } from '@mantine/core'
import { bytes } from '../lib/format.ts'
import type { Room } from './room.ts'

/** How much of the memory that hosts may promise is promised. */
export function Promised({ room: { hosts, promisedMemoryBytes: promised, mayPromiseMemoryBytes: most, reservedMemoryBytes } }: { room: Room }) {
  if (hosts === 0) return <Text span inherit c="dimmed">–</Text>
  return (
    <Tooltip label={`${bytes(promised)} promised to VMs of ${bytes(most)}; ${bytes(reservedMemoryBytes)} stay with ${hosts === 1 ? 'the host' : 'the hosts'}`}>
      <div tabIndex={0}>
        <Text size="xs" c="dimmed">{bytes(promised)} of {bytes(most)}</Text>
        <Progress size="xs" value={most === 0 ? 0 : (promised / most) * 100} mt={3} aria-label="Promised memory" />
      </div>
    </Tooltip>
  )
}
