import { Migration } from '@mikro-orm/migrations'

/**
 * What an operator says of a host, what Kloudak found out on it, and how its key came to be trusted. The name of a retired
 * host is free again; a machine is enrolled once, known by the UUID that its libvirt tells.
 */
export class Migration20261122_2_host_onboarding extends Migration {
  override up(): void {
    this.addSql(`
alter table host
  add column fqdn varchar(253),
  add column location varchar(255),
  add column rack varchar(63),
  -- [{"address": "10.0.0.1", "purpose": "management"}]
  add column addresses jsonb not null default '[]',
  add column roles text[] not null default '{hypervisor}',
  -- Ways of virtualisation that the operator records, beside those that Kloudak has proven.
  add column recorded_methods text[] not null default '{}',
  -- The key that the address showed, as OpenSSH writes it, and the fingerprint that the operator expects: neither is trusted.
  add column ssh_offered_key text,
  add column ssh_expected_fingerprint varchar(64),
  -- The public half of our own key: 'ssh-ed25519 AAAA... comment'.
  add column ssh_public_key text,
  -- Kloudak made the pair: somebody has to paste the public half.
  add column ssh_key_made boolean not null default false,
  add column ssh_key_restricted_at timestamptz(3),
  add column host_uuid uuid,
  add column discovery jsonb,
  add column discovered_at timestamptz(3),
  add column checklist jsonb not null default '[]',
  add column checked_at timestamptz(3),
  -- [{"uuid": "...", "name": "...", "power": "running"}]
  add column unmanaged_vms jsonb not null default '[]';

alter table host drop constraint host_name_key;
create unique index host_name_key on host (name) where state <> 'retired';
create unique index host_machine_key on host (host_uuid) where state <> 'retired';`)
  }
}
