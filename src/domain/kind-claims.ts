/** Somebody's word on which kind of town it is: all kinds that it fits; none: of none that is known. */
export interface KindClaim {
  readonly kinds: readonly string[]
  /** What was found, for a person. */
  readonly because: string
}

/** Which kind a town is of, by everything that says so. */
export interface KindVerdict {
  /** The kind it is looked at as. */
  readonly kind: string
  readonly from: readonly string[]
  /** No kind fits them all, or more than one does: nothing may be done. */
  readonly doubts: readonly string[]
}

/** One kind has to fit them all, and no other. Where nobody says anything it is `otherwise`; where they contradict each other the
 *  first, which is the town's own files, is what it is looked at as. */
export function kindBy(claims: readonly KindClaim[], otherwise: string): KindVerdict {
  const because = claims.map((claim) => claim.because)
  const named = claims.flatMap(({ kinds }) => kinds)
  const fitting = [...new Set(named)].filter((kind) => claims.every(({ kinds }) => kinds.includes(kind)))
  const from = because.length === 0 ? [`nothing says what kind of town it is: ${otherwise}`] : because
  return { kind: fitting[0] ?? named[0] ?? otherwise, from, doubts: fitting.length === 1 ? [] : because }
}

/** What several kinds claim for the same reason, as one claim. */
export function joined(claims: readonly KindClaim[]): readonly KindClaim[] {
  const reasons = [...new Set(claims.map(({ because }) => because))]
  return reasons.map((because) => ({
    because,
    kinds: claims.filter((claim) => claim.because === because).flatMap(({ kinds }) => kinds),
  }))
}
