/** How books and hosts can differ while work goes on. The gravest come first. */
export const driftKinds = ['vm-missing', 'volume-missing', 'vm-extra', 'vm-power', 'port-vlan', 'port-missing', 'port-extra', 'seed-missing', 'volume-extra', 'reservation-missing', 'reservation-leaked', 'address-leaked'] as const
export type DriftKind = (typeof driftKinds)[number]
