/// `R(a · m, shift)` of SPEC §1: the product plus half of the last place, floored.
///
/// Exact for all 32-bit factors and `shift` in 1 … 62, since `|a · m| <= 2^62` and `2^(shift − 1) <= 2^61`.
@inline(__always)
func roundedProduct(_ accumulator: Int32, _ multiplier: Int32, shift: Int) -> Int64 {
    (Int64(accumulator) &* Int64(multiplier) &+ (1 &<< Int64(shift &- 1))) &>> Int64(shift)
}

/// `sat16` of SPEC §1.
@inline(__always)
func saturated(_ value: Int64) -> Int16 {
    Int16(truncatingIfNeeded: min(max(value, -32768), 32767))
}
