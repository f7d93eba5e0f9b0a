/// A curve from a CSV file: its first line names the columns, `bpp` or `kbps` (or `rate`) and metrics, the others are
/// points.
///
///     bpp,psnr,ms-ssim
///     0.12,28.4,0.951
package enum PublishedCurve {
    /// - Parameter metrics: columns of other names are passed over.
    package static func read(_ path: String, named name: String, metrics: [Metric]) throws(BenchmarkError) -> MeanCurve {
        try parse(String(decoding: try Files.read(path), as: UTF8.self), path, named: name, metrics: metrics)
    }

    static func parse(
        _ text: String, _ path: String, named name: String, metrics: [Metric]
    ) throws(BenchmarkError) -> MeanCurve {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        guard let header = lines.first.map(cells) else { throw .file(path, reason: "no points") }
        guard let rateColumn = header.firstIndex(where: { ["bpp", "kbps", "rate"].contains($0.lowercased()) }) else {
            throw .file(path, reason: "the first line names no column bpp, kbps or rate")
        }
        var points: [MeanCurve.Point] = []
        for (number, line) in lines.enumerated().dropFirst() {
            let cells = cells(line)
            guard cells.count == header.count, let rate = Double(cells[rateColumn]), rate > 0, rate.isFinite else {
                throw .file(path, reason: "line \(number + 1) is no point: '\(line)'")
            }
            points.append(.init(setting: "\(points.count + 1)", rate: rate, quality: quality(header, cells, metrics)))
        }
        return MeanCurve(codec: name, points: points, isPublished: true)
    }

    private static func quality(_ header: [String], _ cells: [String], _ metrics: [Metric]) -> [String: Double] {
        var quality: [String: Double] = [:]
        for (column, cell) in zip(header, cells) {
            guard let metric = metrics.first(where: { $0.name == column.lowercased() }), let value = Double(cell) else { continue }
            let scaled = metric.scaled(value)
            if scaled.isFinite { quality[metric.name] = scaled }
        }
        return quality
    }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
            String(cell.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
