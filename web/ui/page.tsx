import { Box, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useEffect } from 'react'
import type { ReactNode } from 'react'

interface PageProps { title: string; subtitle?: ReactNode; above?: ReactNode; actions?: ReactNode; children: ReactNode }

/** A page: its title, which is the document's too, what can be done, and its content. */
export function Page({ title, subtitle, above, actions, children }: PageProps) {
  useEffect(() => { document.title = `${title} · Kloudak` }, [title])
  return (
    <Stack gap="lg">
      <Box>
        {above}
        <Group justify="space-between" align="flex-end" gap="sm">
          <Box miw={0}>
            <Title order={1} style={{ overflowWrap: 'anywhere', letterSpacing: '-0.02em' }}>{title}</Title>
            {subtitle && <Text component="div" size="sm" c="dimmed" mt={2}>{subtitle}</Text>}
          </Box>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </Box>
      {children}
    </Stack>
  )
}

export const PageSkeleton = () => (
  <Stack gap="lg" aria-busy="true" aria-label="Loading">
    <Skeleton h={30} w={180} radius="sm" />
    <Stack gap={10}>{[1, 0.7, 0.5, 0.35, 0.2].map((opacity) => <Skeleton key={opacity} h={46} style={{ opacity }} />)}</Stack>
  </Stack>
)
