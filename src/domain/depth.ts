/** No file that is written back as a whole has so many levels. With its indentation, what is ten thousand deep fills hundreds of megabytes. */
const deepest = 50

/** Whether a JSON value is nested beyond all use. */
export const isTooDeep = (value: unknown): boolean => isDeeper(value, deepest)

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1))
}
