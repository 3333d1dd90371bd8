import { type Report, reportSchema } from '../../src/report-schema.js'

/** The JSON document of a check that decided when the next one is due. */
export interface CheckDocument extends Report {
  readonly next: NonNullable<Report['next']>
}

const saysNext = (report: Report): report is CheckDocument => report.next !== null

/** What a check with `--json` printed; throws when that does not fit the published schema, or says nothing of the next check. */
export function readDocument(stdout: string): CheckDocument {
  const report = readReport(stdout)
  if (!saysNext(report)) throw new Error(`the check says nothing of the next one: ${stdout}`)
  return report
}

/** The same for a check that may have left before it knew. */
export const readReport = (stdout: string): Report => reportSchema.parse(JSON.parse(stdout))
