/** What an issue's id looks like. Others reach no command line: one that begins with a dash would be read as a flag. */
export const issueId = /^[A-Za-z0-9][\w.-]*$/
