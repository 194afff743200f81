import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import { Dot } from '../ui/status.tsx'
import classes from '../ui/status.module.css'

/** How a group stands now. Fewer than two VMs are neither together nor apart. */
export function Kept({ group: { policy, kept, vms } }: { group: AffinityGroupLiveFragment }) {
  if (vms.length < 2) return <span className={classes.label}><Dot tone="gray" />{vms.length === 0 ? 'Empty' : 'One VM'}</span>
  return <span className={classes.label}><Dot tone={kept ? 'green' : 'amber'} />{policy === 'AFFINITY' ? (kept ? 'Together' : 'Not together') : kept ? 'Apart' : 'Not apart'}</span>
}
