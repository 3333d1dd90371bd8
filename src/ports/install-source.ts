import { basename, dirname } from 'node:path'

/** The folder that npm linked to install this package. Undefined: npm copied the package, and does not record from where. */
export const linkedFolder = (packageRoot: string): string | undefined =>
  basename(dirname(packageRoot)) === 'node_modules' ? undefined : packageRoot

/** How to install a package that npm copied. The name alone would fetch whatever anybody registers under it. */
export const installFromSource = 'npm install --global FOLDER (the folder or tarball it came from)'
