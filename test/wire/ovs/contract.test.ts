import { fabricContract } from '../../../server/fabric/contract.test-support.ts'
import { openWorld } from './world.ts'

fabricContract('Open vSwitch', openWorld)
