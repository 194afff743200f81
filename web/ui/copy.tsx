import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'

/** A text that one click copies. */
export function Copy({ text, shown = text }: { text: string; shown?: string }) {
  return (
    <CopyButton value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <UnstyledButton onClick={copy} fz="inherit" style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.93em', position: 'relative', zIndex: 1 }} aria-label={`Copy ${text}`}>{shown}</UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  )
}
