import { setFlagsFromString } from 'node:v8'

/** A check is over before code that V8 optimizes has paid for it: a fifth of the processor time of a large town, and 6 MiB. Called when all is
 *  loaded: compiled code is not taken under other flags than its own, and neither is that of node's own modules. */
export const stopOptimizing = (): void => setFlagsFromString('--no-opt')
