import FoundationEssentials

/// All that a benchmark found: what the JSON file holds (docs/bench.md) and the report shows.
package struct BenchmarkResults: Codable, Hashable, Sendable {
    /// A codec and how it was called.
    package struct Codec: Codable, Hashable, Sendable {
        package let name: String
        package let settingLabel: String
        package let settings: [String]
        /// Command lines with `{in}`, `{out}` and `{setting}`.
        package let encode: String
        package let decode: String
    }

    /// A BD-rate of the mean curves, or of one file's.
    package struct Difference: Codable, Hashable, Sendable {
        package let codec: String
        package let metric: String
        /// The file's path; nil for the mean curves.
        package let file: String?
        package let bdRate: BDRate
    }

    /// Means of a codec's runs on the common files.
    package struct Cost: Codable, Hashable, Sendable {
        package let codec: String
        package let encode: ProcessUsage
        package let decode: ProcessUsage
    }

    /// The version of this description.
    package static let schema = 1

    package let schema: Int
    package let kind: MediumKind
    package let anchor: String
    package let metrics: [Metric]
    package let codecs: [Codec]
    package let missing: [MissingProgram]
    package let files: [TestFile]
    /// Files that could not be read: path → why.
    package let unreadable: [String: String]
    package let runs: [Run]
    /// Paths of the files that means are over.
    package let commonFiles: [String]
    package let curves: [MeanCurve]
    package let differences: [Difference]
    /// Seconds and processor seconds are means, the memory is the largest.
    package let costs: [Cost]
}

extension BenchmarkResults {
    /// Everything from the runs.
    package init<M: Medium>(
        _ outcome: Benchmark<M>.Outcome, of benchmark: Benchmark<M>, missing: [MissingProgram], anchor: String, published: [MeanCurve]
    ) {
        let metrics = benchmark.metrics.map(\.metric)
        let common = CommonFiles.of(outcome.runs)
        let peers = benchmark.peers.map(\.peer)
        func curves(_ files: Set<String>) -> [MeanCurve] {
            peers.map { peer in
                let runs = outcome.runs.filter { $0.codec == peer.name && files.contains($0.file) }
                return MeanCurve(codec: peer.name, settings: peer.settings, runs: runs, metrics: metrics)
            }
        }
        let kind = benchmark.medium.kind
        let means = curves(common) + published
        schema = Self.schema
        self.kind = kind
        self.anchor = anchor
        self.metrics = metrics
        codecs = benchmark.peers.map(Codec.init)
        self.missing = missing
        files = outcome.files
        unreadable = outcome.unreadable
        runs = outcome.runs
        commonFiles = outcome.files.map(\.path).filter(common.contains)
        self.curves = means
        differences = Self.differences(means, anchor, metrics, file: nil, kind)
            + outcome.files.flatMap { Self.differences(curves([$0.path]), anchor, metrics, file: $0.path, kind) }
        costs = peers.compactMap { Cost($0.name, outcome.runs.filter { common.contains($0.file) }) }
    }

    private static func differences(
        _ curves: [MeanCurve], _ anchor: String, _ metrics: [Metric], file: String?, _ kind: MediumKind
    ) -> [Difference] {
        guard let base = curves.first(where: { $0.codec == anchor }) else { return [] }
        return curves.filter { $0.codec != anchor }.flatMap { curve in
            metrics.compactMap { metric in
                BDRate(of: curve.rateCurve(metric.name), against: base.rateCurve(metric.name), rates: kind.ratesCompared)
                    .map { Difference(codec: curve.codec, metric: metric.name, file: file, bdRate: $0) }
            }
        }
    }

    /// The JSON file's bytes.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    package init(json: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json))
    }

    /// The mean curves' BD-rate of a codec; nil where it has none.
    package func bdRate(_ codec: String, _ metric: String, file: String? = nil) -> BDRate? {
        differences.first { $0.codec == codec && $0.metric == metric && $0.file == file }?.bdRate
    }

    /// The run of a codec on a file whose rate is nearest to `rate`, by their ratio.
    package func run(of codec: String, on file: String, nearest rate: Double) -> Run? {
        func distance(_ run: Run) -> Double {
            guard let found = run.rate, found > 0 else { return .infinity }
            return max(found / rate, rate / found)
        }
        let runs = runs.filter { $0.codec == codec && $0.file == file && $0.isComplete }
        return runs.min { distance($0) < distance($1) }
    }
}

extension BenchmarkResults.Codec {
    fileprivate init(_ installed: InstalledPeer) {
        let peer = installed.peer
        name = peer.name
        settingLabel = peer.settingLabel
        settings = peer.settings
        encode = ([installed.encoder] + peer.encode.arguments).joined(separator: " ")
        decode = ([installed.decoder] + peer.decode.arguments).joined(separator: " ")
    }
}

extension BenchmarkResults.Cost {
    /// Nil without any run that went well.
    fileprivate init?(_ codec: String, _ runs: [Run]) {
        let these = runs.filter { $0.codec == codec && $0.isComplete }
        guard let encode = ProcessUsage(summaryOf: these.compactMap(\.encode)),
            let decode = ProcessUsage(summaryOf: these.compactMap(\.decode))
        else { return nil }
        self.init(codec: codec, encode: encode, decode: decode)
    }
}

extension ProcessUsage {
    /// Means of the times, the most memory; nil of nothing.
    init?(summaryOf usages: [ProcessUsage]) {
        guard let peak = usages.map(\.peakBytes).max() else { return nil }
        self.init(
            seconds: usages.map(\.seconds).mean, processorSeconds: usages.map(\.processorSeconds).mean, peakBytes: peak)
    }
}
