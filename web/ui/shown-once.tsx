import { Button, CopyButton, Group, Stack, Text } from '@mantine/core'
import classes from './shown-once.module.css'

/** A secret that nobody can show again. */
export function ShownOnce({ secret, what, text, onClose }: { secret: string; what: string; text: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">{text}</Text>
      <div className={classes.secret} data-secret>{secret}</div>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={secret} timeout={2_000}>{({ copied, copy }) => <Button variant="default" onClick={copy} data-autofocus>{copied ? 'Copied' : `Copy ${what}`}</Button>}</CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  )
}
