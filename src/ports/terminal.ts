/** Whether a person started this check from a terminal, whose shell has read the profile already. */
export const hasTerminal = (): boolean => [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
