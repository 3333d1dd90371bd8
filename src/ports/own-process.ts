/** Whether a live process belongs to this user: root may signal everybody's. */
export function isOurs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
