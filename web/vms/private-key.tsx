import { Alert, Button, Code, CopyButton, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { AlertIcon } from '../ui/icons.tsx'

interface PrivateKeyProps { name: string; privateKey: string | undefined; onClose: () => void }

/** The private half of a new key, this once: it goes away with the button alone, and only after it was taken along. */
export function PrivateKeyDialog({ name, privateKey, onClose }: PrivateKeyProps) {
  return (
    <Modal opened={privateKey !== undefined} onClose={onClose} title="The private key" centered size="lg" withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      {privateKey !== undefined && <Body name={name} privateKey={privateKey} onClose={onClose} />}
    </Modal>
  )
}

function Body({ name, privateKey, onClose }: PrivateKeyProps & { privateKey: string }) {
  const [taken, setTaken] = useState(false)
  const file = `${name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'vm'}.key`
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" icon={<AlertIcon />} title="It is shown this once">
        <Text size="sm">Kloudak does not keep it. Whoever has it signs in to <b>{name}</b> as root.</Text>
      </Alert>
      <ScrollArea.Autosize mah={220} type="auto"><Code block aria-label="Private key">{privateKey}</Code></ScrollArea.Autosize>
      <Text size="xs" c="dimmed">Use it with <Code>chmod 600 {file}; ssh -i {file} root@…</Code></Text>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Button data-autofocus onClick={() => { download(file, privateKey); setTaken(true) }}>Download</Button>
          <CopyButton value={privateKey} timeout={1_500}>{({ copied, copy }) => <Button variant="default" onClick={() => { copy(); setTaken(true) }}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
        </Group>
        <Button variant={taken ? 'filled' : 'subtle'} onClick={onClose}>{taken ? 'Go to the VM' : 'Go on without it'}</Button>
      </Group>
    </Stack>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
