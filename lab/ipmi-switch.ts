// Run by a host's BMC: switches the host off (0) or on (1), as its power button would. Arguments: name, folder, number, 0 or 1.
import { openLab } from './lab.ts'

const [name, folder, index, power] = process.argv.slice(2)
const lab = openLab({ name: name!, folder: folder! })
if (!lab) throw new Error(`there is no lab in ${folder}`)
await (power === '0' ? lab.kill(Number(index)) : lab.start(Number(index)))
