/**
 * What can go wrong with the lab, told apart by `code`:
 * - `unsupported`: this machine cannot carry a lab (not Linux, not root, no namespaces, no apt)
 * - `packages`: apt-get could not install what the lab needs
 * - `command`: a command that must not fail did; the message carries its last words
 * - `timeout`: something did not happen in time
 * - `not_found`: there is no such lab, host or link
 * - `not_running`: the host is powered off
 */
export type LabErrorCode = 'unsupported' | 'packages' | 'command' | 'timeout' | 'not_found' | 'not_running'

export class LabError extends Error {
  override name = 'LabError'
  readonly code: LabErrorCode
  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
