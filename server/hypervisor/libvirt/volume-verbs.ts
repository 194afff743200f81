import type { HypervisorDriver } from '../driver.ts'

/** What can be done with volumes, of whatever kind their pool is. */
export type Volumes = Pick<HypervisorDriver, 'listVolumes' | 'findVolume' | 'createVolume' | 'uploadVolume' | 'checksumVolume' | 'streamVolume' | 'readVolume' | 'deleteVolume'>
