import { createHash } from 'node:crypto'
import { checkUserData, mimeBeginning } from '../../model/user-data.ts'
import { jsonYaml } from './json-yaml.ts'

export interface SeedLogin {
  hostname: string
  /** Appended to the hostname for the full name; undefined when the area has none. */
  domain: string | undefined
  /** root's password as crypt(3) hash, never in plain text; undefined leaves root without one. */
  passwordHash: string | undefined
  sshKeys: string[]
}

/**
 * cloud-init's user data. Without data of the user's own it is one cloud-config. With it, both are parts of a MIME
 * message, the user's first: where both set a single value the user's wins, lists (ssh keys, users) are joined.
 */
export function userData(login: SeedLogin, own: string | undefined): string {
  const config = {
    hostname: login.hostname,
    fqdn: login.domain === undefined ? login.hostname : `${login.hostname}.${login.domain}`,
    manage_etc_hosts: true,
    disable_root: false,
    // Over the network a password alone opens the VM only when there is no key that could; the consoles always take it.
    ssh_pwauth: login.passwordHash !== undefined && login.sshKeys.length === 0,
    ssh_authorized_keys: login.sshKeys,
    ...(login.passwordHash === undefined ? {} : { chpasswd: { expire: false, users: [{ name: 'root', password: login.passwordHash, type: 'hash' }] } }),
  }
  if (own === undefined) return cloudConfig(config)
  checkUserData(own)
  const merging = [{ name: 'dict', settings: ['no_replace', 'recurse_list'] }, { name: 'list', settings: ['append'] }, { name: 'str', settings: [] }]
  const ours = cloudConfig({ ...config, merge_how: merging })
  const boundary = `kloudak-${createHash('sha256').update(own).digest('hex')}`
  // A message of the user's own stands as it is: its headers become those of a nested part.
  const first = mimeBeginning.test(own) ? own : part('text/plain', own)
  return [`Content-Type: multipart/mixed; boundary="${boundary}"`, 'MIME-Version: 1.0', '', `--${boundary}`, first, `--${boundary}`, part('text/cloud-config', ours), `--${boundary}--`, ''].join('\n')
}

function cloudConfig(config: object): string {
  return `#cloud-config\n${jsonYaml(config)}\n`
}

function part(type: string, text: string): string {
  const lines = Buffer.from(text).toString('base64').match(/.{1,76}/g) ?? []
  return [`Content-Type: ${type}; charset="utf-8"`, 'MIME-Version: 1.0', 'Content-Transfer-Encoding: base64', '', ...lines].join('\n')
}
