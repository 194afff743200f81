import { Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './card.module.css'

/** Nothing is here yet: what would be, why one wants it, and the button that makes the first. */
export function Empty({ icon, title, children, action }: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" className={classes.card} py={56} px="md" ta="center">
      <ThemeIcon variant="light" size={52} radius="xl">{icon}</ThemeIcon>
      <Title order={2}>{title}</Title>
      <Text size="sm" c="dimmed" maw={420}>{children}</Text>
      {action}
    </Stack>
  )
}
