import { killedAnywhere } from '../support/faults/killed-anywhere.js'
import { classicScenes } from '../support/faults/scenes-classic.js'

killedAnywhere(classicScenes)
