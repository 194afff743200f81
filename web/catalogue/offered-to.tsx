import { Text, Tooltip } from '@mantine/core'

interface Offer { isPublic: boolean; retiredAt: string | null; workspaces: readonly { name: string }[] | null }

const wordsFor = ({ isPublic, retiredAt, workspaces }: Offer): string => {
  if (retiredAt !== null) return 'nobody any more'
  if (isPublic) return 'everybody'
  if (!workspaces || workspaces.length === 0) return 'nobody'
  return workspaces.length === 1 ? workspaces[0]!.name : `${workspaces.length} workspaces`
}

/** Who may use what an operator offers, in a few words. */
export function OfferedTo({ offer }: { offer: Offer }) {
  const names = offer.retiredAt === null && !offer.isPublic && offer.workspaces && offer.workspaces.length > 1 ? offer.workspaces.map(({ name }) => name).join(', ') : undefined
  return <Tooltip label={names} disabled={!names}><Text span inherit c={offer.retiredAt === null ? undefined : 'dimmed'} tabIndex={names ? 0 : undefined}>{wordsFor(offer)}</Text></Tooltip>
}
