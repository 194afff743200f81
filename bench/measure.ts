/** One line of RESULTS.md: a figure of ours beside the same work done another way in the same run. */
export interface Row {
  what: string
  ours: string
  peer: string
  /** ours / peer where both are times; what `goals.md` is about. */
  ratio: string
  goal: string
}

export interface Bench { name: string; rows(): Promise<Row[]> }

export interface Percentiles { p50: number; p99: number; count: number }

/** Milliseconds of each call of `work`, one after the other, after `warmUp` calls that do not count. */
export async function time(work: (round: number) => Promise<unknown>, { rounds, warmUp = Math.min(10, rounds) }: { rounds: number; warmUp?: number }): Promise<Percentiles> {
  const samples: number[] = []
  for (let round = -warmUp; round < rounds; round++) {
    const started = performance.now()
    await work(round)
    if (round >= 0) samples.push(performance.now() - started)
  }
  return percentiles(samples)
}

/** As `time` for two kinds of work by turns, so that whatever else the machine does falls on both alike. */
export async function timeBoth(ours: (round: number) => Promise<unknown>, peer: (round: number) => Promise<unknown>, { rounds, warmUp }: { rounds: number; warmUp: number }): Promise<[Percentiles, Percentiles]> {
  const samples: [number[], number[]] = [[], []]
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, work] of [ours, peer].entries()) {
      const started = performance.now()
      await work(round)
      if (round >= 0) samples[index]!.push(performance.now() - started)
    }
  }
  return [percentiles(samples[0]), percentiles(samples[1])]
}

export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), count: sorted.length }
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ms`
export const show = ({ p50, p99, count }: Percentiles) => `${ms(p50)} p50, ${ms(p99)} p99 (${count})`
