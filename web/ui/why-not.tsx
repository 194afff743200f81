import { Tooltip } from '@mantine/core'
import { cloneElement } from 'react'
import type { MouseEvent, ReactElement } from 'react'

interface Disablable { 'data-disabled'?: boolean; 'aria-disabled'?: boolean; onClick?: (event: MouseEvent) => void }

/**
 * A button that may be pressed or says why not. It stays in the order of the keyboard when it may not, so that its
 * reason can be reached and is read out; a disabled element would be skipped.
 */
export function WhyNot({ allowed, children }: { allowed: true | string; children: ReactElement<Disablable> }) {
  if (allowed === true) return children
  return <Tooltip label={allowed}>{cloneElement(children, { 'data-disabled': true, 'aria-disabled': true, onClick: (event) => { event.preventDefault(); event.stopPropagation() } })}</Tooltip>
}
