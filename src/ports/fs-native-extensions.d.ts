declare module 'fs-native-extensions' {
  /** Takes a kernel lock on an open file: OFD locks on Linux, flock on macOS. False when somebody else has it. */
  export function tryLock(file: number, options?: { readonly shared?: boolean }): boolean
}
