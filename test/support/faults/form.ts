/** True in `npm run faults`: whole campaigns. Else a sample of each, the most dangerous cases first. */
export const long = process.env['FAULTS'] === 'long'

/** A number of cases for each form of a campaign. */
export const cases = (sample: number, whole: number): number => (long ? whole : sample)
