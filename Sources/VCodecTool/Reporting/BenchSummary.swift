import Benchmarking

/// What `vcodec bench` prints: BD-rates, times and memory.
struct BenchSummary {
    private let results: BenchmarkResults

    init(_ results: BenchmarkResults) { self.results = results }

    /// Columns of numbers, right-aligned.
    var text: String {
        let head = ["BD-rate against \(results.anchor)"] + results.metrics.map(\.name) + ["encode", "decode", "memory"]
        let rows = [head] + results.curves.map(row)
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            ([row[0].left(widths[0])] + zip(row, widths).dropFirst().map { $0.right($1) }).joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func row(_ curve: MeanCurve) -> [String] {
        let rates = results.metrics.map { metric in
            if curve.codec == results.anchor { return "0" }
            return results.bdRate(curve.codec, metric.name).map { "\($0.percent > 0 ? "+" : "")\($0.percent.fixed(1)) %" } ?? "–"
        }
        guard let cost = results.costs.first(where: { $0.codec == curve.codec }) else { return [curve.codec] + rates + ["–", "–", "–"] }
        let memory = Double(max(cost.encode.peakBytes, cost.decode.peakBytes)) / 1e6
        return [curve.codec] + rates
            + ["\(cost.encode.processorSeconds.fixed(3)) s", "\(cost.decode.processorSeconds.fixed(3)) s", "\(memory.fixed(0)) MB"]
    }
}
