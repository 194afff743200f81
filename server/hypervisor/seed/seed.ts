import { isoImage } from './iso9660.ts'
import { jsonYaml } from './json-yaml.ts'
import type { SeedInterface } from './network-config.ts'
import { networkConfig } from './network-config.ts'
import type { SeedLogin } from './user-data.ts'
import { userData } from './user-data.ts'

export interface SeedSpec extends SeedLogin {
  /** The VM's id. cloud-init starts over when it changes, so it stays for the VM's whole life (decision 16). */
  instanceId: string
  interfaces: SeedInterface[]
  userData: string | undefined
}

/** The three files of cloud-init's NoCloud source. Each is JSON behind its first line, and so YAML too: nothing is pasted. */
export function seedFiles(spec: SeedSpec): { 'user-data': string; 'meta-data': string; 'network-config': string } {
  return {
    'user-data': userData(spec, spec.userData),
    'meta-data': `${jsonYaml({ 'instance-id': spec.instanceId, 'local-hostname': spec.hostname })}\n`,
    'network-config': networkConfig(spec.interfaces),
  }
}

/** The seed as a CD image with the label that cloud-init looks for. The same spec gives the same bytes. */
export function seedImage(spec: SeedSpec): Uint8Array<ArrayBuffer> {
  return isoImage('cidata', Object.entries(seedFiles(spec)).map(([name, text]) => ({ name, data: Buffer.from(text) })))
}
