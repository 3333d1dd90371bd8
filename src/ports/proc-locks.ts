type Found = 'held' | 'free' | 'perhaps'

/** Looks a file up in the kernel's table of locks. `perhaps`: the inode is there under another device, as an overlay of file systems shows
 *  it, or another file system has a file of that number. */
export function lockOn(file: { readonly ino: bigint; readonly dev: bigint }, table: string): Found {
  const lock = /^\d+: FLOCK +\S+ +\S+ +\S+ ([0-9a-f]+:[0-9a-f]+):(\d+) /gm
  const locks = [...table.matchAll(lock)].filter(([, , inode]) => inode === String(file.ino))
  if (locks.length === 0) return 'free'
  return locks.some(([, device]) => device === deviceOf(file.dev)) ? 'held' : 'perhaps'
}

/** A device's number as /proc/locks writes it: `fe:00`. */
function deviceOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn)
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':')
}
