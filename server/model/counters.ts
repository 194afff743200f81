// What hosts and guests count up since they began. Rates come from two looks (jobs/stats/rates.ts).

export interface TrafficCounters { receivedBytes: number; receivedPackets: number; sentBytes: number; sentPackets: number }

export interface DiskCounters { reads: number; readBytes: number; writes: number; writtenBytes: number }
