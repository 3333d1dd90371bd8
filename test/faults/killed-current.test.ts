import { killedAnywhere } from '../support/faults/killed-anywhere.js'
import { currentScenes } from '../support/faults/scenes-current.js'

killedAnywhere(currentScenes)
