import { closeSync, openSync, readSync } from 'node:fs'

/** So many bytes that nobody can guess, at most 256: from the kernel itself, since node's crypto takes 3 ms to load; from that where the kernel's
 *  device cannot be read. */
export const randomBytes = (count: number): Buffer =>
  fromDevice(count) ?? process.getBuiltinModule('node:crypto').randomBytes(count)

function fromDevice(count: number): Buffer | undefined {
  const bytes = Buffer.alloc(count)
  try {
    const device = openSync('/dev/urandom', 'r')
    try {
      return readSync(device, bytes) === count ? bytes : undefined
    } finally {
      closeSync(device)
    }
  } catch {
    return undefined
  }
}

/** A UUID of version 4, as RFC 9562 has it. */
export function randomUuid(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
