const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Bytes in the largest unit that keeps them readable: `512 MiB`, `1.5 GiB`. */
export function bytes(value: number): string {
  const power = Math.min(value >= 1 ? Math.floor(Math.log2(value) / 10) : 0, units.length - 1)
  const scaled = value / 1024 ** power
  return `${Number(scaled.toFixed(scaled < 10 && !Number.isInteger(scaled) ? 1 : 0))} ${units[power]}`
}

/** Bytes a second, as `bytes`. */
export const rate = (value: number): string => `${bytes(value)}/s`

const few = (value: number) => Number(value.toFixed(value < 10 ? 2 : 0)).toLocaleString('en')

/** Something that happens so often. */
export const perSecond = (value: number): string => `${few(value)}/s`

/** Processors kept busy: `1.5 CPUs`. */
export const cpus = (value: number): string => `${few(value)} ${value === 1 ? 'CPU' : 'CPUs'}`

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const steps = [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const

/** A moment seen from now: `3 minutes ago`. */
export function ago(at: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / 1000)
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(seconds, 'second')
}

/** How long something took or has been taking: `850 ms`, `12 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1 VM`, `2 VMs`. */
export const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en')} ${number === 1 ? one : many}`

/** A constant of the API as a word: `CREATING_DISK` is `Creating disk`. */
export const words = (constant: string): string => constant.charAt(0) + constant.slice(1).toLowerCase().replaceAll('_', ' ')
