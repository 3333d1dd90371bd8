// What a check needs only once its first questions are asked: one part of the program, loaded while the programs answer.
export { act } from './act.js'
export { decide } from './decide.js'
export { observe } from './observe.js'
export { withLedger } from './open-ledger.js'
export { remember } from './remember.js'
export { documentOf } from './report/document.js'
export { paintFor } from './report/paint.js'
export { reportLines } from './report.js'
