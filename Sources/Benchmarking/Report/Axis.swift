#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where values lie along one side of a plot, and which of them are written there.
struct Axis: Sendable {
    /// Of values, or of their logarithms.
    private let low: Double
    private let high: Double
    private let isLogarithmic: Bool
    /// Positions of the ends in the picture.
    private let start: Double
    private let end: Double

    /// - Parameters:
    ///   - values: all must fit; none is all the same as one.
    ///   - isLogarithmic: for values above 0 whose ratios matter.
    init(_ values: [Double], from start: Double, to end: Double, isLogarithmic: Bool) {
        let places = isLogarithmic ? values.map { log($0) } : values
        let (low, high) = (places.min() ?? 0, places.max() ?? 1)
        let margin = high > low ? (high - low) * 0.03 : 1
        (self.low, self.high) = (low - margin, high + margin)
        (self.start, self.end, self.isLogarithmic) = (start, end, isLogarithmic)
    }

    func position(_ value: Double) -> Double {
        start + ((isLogarithmic ? log(value) : value) - low) / (high - low) * (end - start)
    }

    /// Round values within the axis, with as many digits as they need.
    var ticks: [(value: Double, label: String)] { isLogarithmic ? logarithmicTicks : linearTicks }

    /// A step of 1, 2 or 5 times a power of ten, for about six ticks.
    private var linearTicks: [(value: Double, label: String)] {
        let rough = (high - low) / 6
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
        let digits = max(0, Int(-floor(log10(step) + 1e-9)))
        return (Int((low / step).rounded(.up))...max(Int((low / step).rounded(.up)), Int((high / step).rounded(.down)))).map {
            (Double($0) * step, (Double($0) * step).fixed(min(digits, 9)))
        }
    }

    /// 1, 2 and 5 times powers of ten.
    private var logarithmicTicks: [(value: Double, label: String)] {
        let powers = Int(floor(low / log(10)))...Int(ceil(high / log(10)))
        return powers.flatMap { power in [1.0, 2, 5].map { ($0 * pow(10, Double(power)), max(0, -power)) } }
            .filter { low...high ~= log($0.0) }
            .map { ($0.0, $0.0.fixed(min($0.1, 9))) }
    }
}
