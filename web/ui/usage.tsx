import { Progress, Text } from '@mantine/core'
import { formatQuota, quotaWord } from '../../server/model/quota.ts'
import type { QuotaResource as Resource } from '../../server/model/quota.ts'
import type { QuotaResource } from '../gql/graphql.ts'
import { useUsage } from '../lib/use-usage.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import classes from './usage.module.css'

const resourceOf = (constant: QuotaResource) => constant.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as Resource
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** How full a bar looks: calm, nearly full, full. */
const colorOf = (share: number) => (share >= 1 ? 'red' : share >= 0.8 ? 'yellow' : 'teal')

/** What the workspace uses of its quotas, live. `all`: also what has no limit; without it nothing is shown when there is none. */
export function Usage({ all = false }: { all?: boolean }) {
  const { id } = useWorkspace()
  const quotas = useUsage(id)?.filter(({ limit }) => all || limit !== null)
  if (!quotas?.length) return null
  return (
    <div className={all ? classes.usage : `${classes.usage} ${classes.framed}`} role="group" aria-label="Usage of the quotas">
      {quotas.map(({ resource: constant, limit, used }) => {
        const resource = resourceOf(constant)
        const share = limit === null ? 0 : limit === 0 ? 1 : used / limit
        const text = limit === null ? `${formatQuota(resource, used)}, no limit` : `${formatQuota(resource, used)} of ${formatQuota(resource, limit)}`
        return (
          <div key={constant} className={classes.one}>
            <div className={classes.words}><Text size="xs" fw={500}>{capital(quotaWord(resource))}</Text><Text size="xs" c="dimmed" data-quota={constant}>{text}</Text></div>
            <Progress size={6} radius="xl" value={Math.min(share, 1) * 100} color={colorOf(share)} aria-label={capital(quotaWord(resource))} aria-valuetext={text} />
          </div>
        )
      })}
    </div>
  )
}
