import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ApiTokenShownFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { Card } from '../ui/card.tsx'
import { PlusIcon } from '../ui/icons.tsx'
import { tellProblem } from '../ui/problem-note.tsx'
import { Ago, useNow } from '../ui/time.tsx'
import classes from './account.module.css'
import { CreateTokenDialog } from './create-token.tsx'
import { RevokeApiToken } from './operations.ts'

const day = 86_400_000

/** What a token may do, in a sentence. */
function reachOf({ superuser, scopes }: ApiTokenShownFragment): string {
  if (superuser) return 'Everything, as a superuser'
  if (scopes.length === 0) return 'Nothing but to say who you are'
  return scopes.map(({ workspace, allWorkspaces, permissions }) => {
    const what = permissions.length === 0 ? 'See' : permissions.length > 3 ? `${permissions.length} permissions` : permissions.join(', ')
    return `${what} in ${allWorkspaces ? 'all your workspaces' : workspace?.name ?? 'a workspace that is gone'}`
  }).join('; ')
}

interface ApiTokensProps { tokens: readonly ApiTokenShownFragment[]; isSuperuser: boolean; onCreated: () => void }

export function ApiTokens({ tokens, isSuperuser, onCreated }: ApiTokensProps) {
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiTokenShownFragment>()
  return (
    <Card title="API tokens" aside={<Button size="xs" leftSection={<PlusIcon size={16} />} onClick={() => { setCreating(true) }}>Create token</Button>} flush={tokens.length > 0}>
      {tokens.length === 0 && <Text size="sm" c="dimmed">None yet. A token lets a program work with Kloudak for you, with no more rights than you give it and you have.</Text>}
      {tokens.map((token) => <TokenLine key={token.id} token={token} onRevoke={() => { setRevoking(token) }} />)}
      <CreateTokenDialog opened={creating} isSuperuser={isSuperuser} onClose={() => { setCreating(false) }} onCreated={onCreated} />
      <RevokeDialog token={revoking} onClose={() => { setRevoking(undefined) }} />
    </Card>
  )
}

function TokenLine({ token, onRevoke }: { token: ApiTokenShownFragment; onRevoke: () => void }) {
  const { name, superuser, expiresAt, revokedAt, lastUsedAt } = token
  const now = useNow()
  const leftMs = Date.parse(expiresAt) - now
  const isOver = revokedAt !== null || leftMs <= 0
  return (
    <div className={`${classes.line} ${isOver ? classes.ended : ''}`}>
      <div style={{ minWidth: 0 }}>
        <Group gap={8} wrap="nowrap"><Text size="sm" fw={550} truncate>{name}</Text>{superuser && !isOver && <Badge size="xs" variant="light" color="orange">Superuser</Badge>}</Group>
        <Text size="xs" c="dimmed">{reachOf(token)}</Text>
        <Text size="xs" c={!isOver && leftMs < 7 * day ? 'orange' : 'dimmed'}>
          {revokedAt ? <>Revoked <Ago at={revokedAt} /></> : <>{isOver ? 'Ended' : 'Ends'} on {new Date(expiresAt).toLocaleDateString('en', { dateStyle: 'medium' })} · {lastUsedAt ? <>last used <Ago at={lastUsedAt} /></> : 'never used'}</>}
        </Text>
      </div>
      {!isOver && <Button size="xs" variant="default" onClick={onRevoke} aria-label={`Revoke ${name}`}>Revoke</Button>}
    </div>
  )
}

function RevokeDialog({ token, onClose }: { token: ApiTokenShownFragment | undefined; onClose: () => void }) {
  const [revoke, revoking] = useAct(RevokeApiToken)
  async function submit(): Promise<void> {
    const { problem } = await revoke({ tokenId: token!.id })
    if (problem) tellProblem(problem)
    else onClose()
  }
  return (
    <Modal opened={token !== undefined} onClose={onClose} title="Revoke this token" centered>
      <Stack gap="md">
        <Text size="sm">Whatever uses <b>{token?.name}</b> is refused from now on. This cannot be undone.</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button color="red" loading={revoking} onClick={() => { void submit() }}>Revoke token</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
