/// A codec over a set of files: means at each setting.
package struct MeanCurve: Codable, Hashable, Sendable {
    /// The means at one setting.
    package struct Point: Codable, Hashable, Sendable {
        package let setting: String
        /// Mean of the files' rates.
        package let rate: Double
        /// Means of the values, scaled (``Metric/scaled(_:)``): more is better. A metric that is infinite, or that a file lacks,
        /// is left out.
        package let quality: [String: Double]

        package init(setting: String, rate: Double, quality: [String: Double]) {
            self.setting = setting
            self.rate = rate
            self.quality = quality
        }
    }

    package let codec: String
    package let points: [Point]
    /// Whether it was read from a file, and not measured.
    package let isPublished: Bool

    package init(codec: String, points: [Point], isPublished: Bool = false) {
        self.codec = codec
        self.points = points
        self.isPublished = isPublished
    }

    /// What BD-rates are computed of.
    package func rateCurve(_ metric: String) -> RateCurve {
        RateCurve(points.compactMap { point in point.quality[metric].map { .init(rate: point.rate, quality: $0) } })
    }
}

extension MeanCurve {
    /// Of one codec.
    ///
    /// - Parameters:
    ///   - runs: of that codec, on any files; at each setting those that went well count.
    ///   - settings: in order.
    package init(codec: String, settings: [String], runs: [Run], metrics: [Metric]) {
        self.init(codec: codec, points: settings.compactMap { setting in
            let these = runs.filter { $0.setting == setting && $0.isComplete }
            guard !these.isEmpty else { return nil }
            return Point(
                setting: setting, rate: these.compactMap(\.rate).mean,
                quality: Dictionary(uniqueKeysWithValues: metrics.compactMap { metric in
                    let values = these.compactMap { $0.metrics?[metric.name] }
                    let mean = metric.scaled(values.mean)
                    return values.count == these.count && mean.isFinite ? (metric.name, mean) : nil
                }))
        })
    }
}

/// The files that means are over.
package enum CommonFiles {
    /// The files on which no run failed, apart from settings that failed on every file.
    ///
    /// A mean over other files than the next one's would compare files, not codecs.
    package static func of(_ runs: [Run]) -> Set<String> {
        let working = Set(runs.filter(\.isComplete).map { [$0.codec, $0.setting] })
        let spoilt = runs.filter { !$0.isComplete && working.contains([$0.codec, $0.setting]) }
        return Set(runs.map(\.file)).subtracting(spoilt.map(\.file))
    }
}

extension Sequence<Double> {
    /// NaN of nothing.
    var mean: Double {
        var (sum, count) = (0.0, 0.0)
        for value in self { (sum, count) = (sum + value, count + 1) }
        return sum / count
    }
}
