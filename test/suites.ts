// What is tested, in which order and how many files at once. On two cores a whole run must stay below half an hour.
import { globSync } from 'node:fs'
import { cephPackages, glusterPackages, ipmiPackages, labPackages as hostPackages } from '../lab/packages.ts'

const labPackages = [...hostPackages, ...ipmiPackages, ...glusterPackages, ...cephPackages]

export interface Suite {
  name: string
  files: string[]
  /** Not these of them. */
  except?: readonly string[]
  /** Names of files that take longest: they begin first, so that none of them is left over at the end, alone. */
  first?: readonly string[]
  /** Files at once. */
  concurrency: number
  timeoutMs: number
  packages: string[]
}

/**
 * Lab tests that wait more than they reckon, and of whose guests nothing is asked within a time: two of them run at once.
 * With the others a second lab makes guests so slow that pings are lost.
 */
const inPairs = ['debian-guest', 'crash', 'takeover', 'interfaces-crash', 'hypervisor', 'gluster', 'ceph', 'enrol', 'watch', 'consoles', 'lab', 'cli', 'restore', 'sweep', 'fabric', 'stats'].map((name) => `test/lab/${name}.test.ts`)

export const suites: Suite[] = [
  { name: 'unit', files: ['{server,schema,jobs,web,cli,lab,start,tools}/**/*.test.ts'], concurrency: 2, timeoutMs: 60_000, packages: [] },
  {
    name: 'integration', files: ['test/integration/**/*.test.ts'], concurrency: 3, timeoutMs: 600_000, packages: [],
    first: ['sagas', 'sagas-pool', 'sagas-migrate', 'sagas-create', 'requests-at-once', 'requests-at-once-same', 'events-kills', 'drift', 'authorization', 'start', 'launcher', 'saga-takeover', 'saga-harness'],
  },
  { name: 'wire', files: ['test/wire/**/*.test.ts'], concurrency: 3, timeoutMs: 180_000, packages: [...hostPackages, 'python3'] },
  { name: 'deploy', files: ['test/deploy/**/*.test.ts'], concurrency: 1, timeoutMs: 180_000, packages: ['haproxy', 'systemd'] },
  { name: 'lab', files: inPairs, first: ['debian-guest', 'crash', 'takeover', 'gluster', 'ceph', 'interfaces-crash', 'hypervisor'], concurrency: 2, timeoutMs: 600_000, packages: labPackages },
  { name: 'lab', files: ['test/lab/**/*.test.ts'], except: inPairs, concurrency: 1, timeoutMs: 600_000, packages: labPackages },
  { name: 'e2e', files: ['test/e2e/**/*.test.ts'], concurrency: 2, timeoutMs: 600_000, packages: [...hostPackages, 'chromium'] },
]

/** The suite's files below `root`, in the order in which they begin. */
export function filesOf({ files, except = [], first = [] }: Suite, root: string): string[] {
  const found = globSync(files, { cwd: root, exclude: (path) => path.includes('node_modules') }).filter((file) => !except.includes(file)).sort()
  const rank = (file: string) => {
    const place = first.findIndex((name) => file.endsWith(`/${name}.test.ts`))
    return place < 0 ? first.length : place
  }
  return found.sort((a, b) => rank(a) - rank(b))
}
