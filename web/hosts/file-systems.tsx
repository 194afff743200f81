import { Button, Group, Progress, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import type { HostLiveFragment } from '../gql/graphql.ts'
import { bytes } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { alike } from './alike.ts'
import classes from './file-systems.module.css'
import { HostFileSystems } from './operations.ts'

const few = 8
/** They are told once a minute, and no event tells of it; of a host that is new, soon. */
const rereadMs = { known: 60_000, unknown: 10_000 }

/** How full a bar looks: calm, to be thought of, to be seen to. */
const colorOf = (share: number) => (share >= 0.9 ? 'red' : share >= 0.8 ? 'yellow' : 'teal')

/** How full the host's own file systems are, the fullest first. Nothing is shown of a host that does not tell. */
export function FileSystems({ host }: { host: HostLiveFragment }) {
  const [{ data }, read] = useQuery({ query: HostFileSystems, variables: { id: host.id }, requestPolicy: 'cache-and-network' })
  const [all, setAll] = useState(false)
  const isKnown = data?.host?.fileSystems != null
  useEffect(() => {
    const timer = setInterval(() => { read({ requestPolicy: 'network-only' }) }, rereadMs[isKnown ? 'known' : 'unknown'])
    return () => { clearInterval(timer) }
  }, [read, isKnown])
  const found = alike(data?.host?.fileSystems ?? []).map((one) => ({ ...one, share: one.usedBytes / one.sizeBytes })).sort((a, b) => b.share - a.share)
  if (found.length === 0) return null
  const shown = all ? found : found.slice(0, few)
  return (
    <Card title="File systems">
      <ul className={classes.list}>
        {shown.map(({ mountPoint, others, sizeBytes, usedBytes, share }) => {
          const text = `${bytes(usedBytes)} of ${bytes(sizeBytes)} (${Math.round(share * 100)} %)`
          return (
            <li key={mountPoint}>
              <div className={classes.words}><span className={classes.name} title={mountPoint}>{mountPoint}</span><Text span size="xs" c="dimmed">{text}</Text></div>
              {others.length > 0 && <Text size="xs" c="dimmed" mt={-2} mb={5} truncate title={others.join(', ')}>and {others.join(', ')}</Text>}
              <Progress size={6} radius="xl" value={share * 100} color={colorOf(share)} aria-label={mountPoint} aria-valuetext={text} />
            </li>
          )
        })}
      </ul>
      {found.length > shown.length && <Group pt="sm" justify="center"><Button variant="subtle" size="compact-sm" onClick={() => { setAll(true) }}>All {found.length} file systems</Button></Group>}
    </Card>
  )
}
