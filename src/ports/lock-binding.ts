/** Apart from `lock.ts`, which says so where there is none for a platform. */
export { tryLock } from 'fs-native-extensions'
