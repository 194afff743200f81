// What Prometheus reads (text format 0.0.4): counters, gauges and histograms of one process.

export type Labels = Readonly<Record<string, string>>

export interface Sample { labels?: Labels; value: number; suffix?: '_bucket' | '_sum' | '_count' }

export interface Family { name: string; help: string; type: 'counter' | 'gauge' | 'histogram'; samples: readonly Sample[] }

/** What is read when it is asked for. */
export type Source = () => readonly Family[] | Promise<readonly Family[]>

export class Counter {
  readonly #name: string
  readonly #help: string
  readonly #values = new Map<string, { labels: Labels; value: number }>()

  /** Without labels it stands at 0 from the beginning. */
  constructor(name: string, help: string, labelled = false) {
    this.#name = name
    this.#help = help
    if (!labelled) this.add({}, 0)
  }

  add(labels: Labels = {}, by = 1): void {
    const key = keyOf(labels)
    const known = this.#values.get(key)
    if (known) known.value += by
    else this.#values.set(key, { labels, value: by })
  }

  readonly read = (): Family[] => [{ name: this.#name, help: this.#help, type: 'counter', samples: [...this.#values.values()] }]
}

interface Observed { labels: Labels; counts: number[]; sum: number; count: number }

export class Histogram {
  readonly #name: string
  readonly #help: string
  readonly #bounds: readonly number[]
  readonly #values = new Map<string, Observed>()

  /** `bounds`: the upper ends of the buckets, ascending; one without an end comes after them. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name
    this.#help = help
    this.#bounds = bounds
  }

  observe(value: number, labels: Labels = {}): void {
    const key = keyOf(labels)
    const observed = this.#values.get(key) ?? { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 }
    this.#values.set(key, observed)
    // Buckets hold what is below their end, that of the smaller ones too.
    for (const [index, bound] of this.#bounds.entries()) if (value <= bound) observed.counts[index]!++
    observed.sum += value
    observed.count++
  }

  readonly read = (): Family[] => {
    const samples = [...this.#values.values()].flatMap(({ labels, counts, sum, count }): Sample[] => [
      ...this.#bounds.map((bound, index): Sample => ({ suffix: '_bucket', labels: { ...labels, le: numberText(bound) }, value: counts[index]! })),
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count },
    ])
    return [{ name: this.#name, help: this.#help, type: 'histogram', samples }]
  }
}

export const gauge = (name: string, help: string, value: number | readonly Sample[]): Family => ({ name, help, type: 'gauge', samples: typeof value === 'number' ? [{ value }] : value })

/** All that a process tells. A source that fails is left out, and counted. */
export class Registry {
  readonly #sources: Source[] = []
  readonly #failures = new Counter('kloudak_metrics_failures_total', 'Parts of the metrics that could not be read when they were asked for.')

  constructor(...sources: Source[]) { this.add(...sources) }

  add(...sources: Source[]): void { this.#sources.push(...sources) }

  async text(): Promise<string> {
    const families = await Promise.all(this.#sources.map(async (source) => {
      try {
        return await source()
      } catch {
        this.#failures.add()
        return []
      }
    }))
    return [...families.flat(), ...this.#failures.read()].map(familyText).join('')
  }
}

export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

function familyText({ name, help, type, samples }: Family): string {
  if (samples.length === 0) return ''
  const lines = samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${numberText(value)}\n`)
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

const keyOf = (labels: Labels) => JSON.stringify(labels)
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const numberText = (value: number) => (Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value))
