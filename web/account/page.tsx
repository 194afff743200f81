import { Stack, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { problemOf } from '../lib/problem.ts'
import { Card, Facts } from '../ui/card.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './account.module.css'
import { ApiTokens } from './api-tokens.tsx'
import { EmailForm } from './email-form.tsx'
import { Account } from './operations.ts'
import { PasswordForm } from './password-form.tsx'
import { SignOutEverywhere } from './sign-out-everywhere.tsx'

/** One's own account: who one is, how one gets in, and what gets in for one. */
export function AccountPage() {
  const [{ data, error }, read] = useQuery({ query: Account, requestPolicy: 'cache-and-network' })
  const viewer = data?.viewer
  if (!data && !error) return <PageSkeleton />
  return (
    <Page title="Account" subtitle={viewer?.username}>
      <ProblemNote problem={error && problemOf(error)} />
      {viewer && (
        <Stack gap="lg">
          <ApiTokens tokens={data.apiTokens.edges.map(({ node }) => node)} isSuperuser={viewer.superuser} onCreated={() => { read({ requestPolicy: 'network-only' }) }} />
          <div className={classes.columns}>
            <Card title="Password"><PasswordForm username={viewer.username} /></Card>
            <Stack gap="lg">
              <Card title="About you">
                <Stack gap="lg">
                  <Facts facts={{ 'Username': viewer.username, 'Rights': viewer.superuser ? 'Superuser: everything, everywhere' : 'Those of your memberships', 'Account made': <Ago at={viewer.createdAt} /> }} />
                  <EmailForm key={viewer.email} email={viewer.email} />
                </Stack>
              </Card>
              <Card title="Sessions">
                <Stack gap="md" align="flex-start">
                  <Text size="sm" c="dimmed">A session ends after two weeks without use. If you have left one open on a machine that is not yours, end them all, this one too. API tokens stay.</Text>
                  <SignOutEverywhere />
                </Stack>
              </Card>
            </Stack>
          </div>
        </Stack>
      )}
    </Page>
  )
}
