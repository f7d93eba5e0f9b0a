/// The report for people: one HTML file with everything in it, plots, tables and crops.
package struct HTMLReport {
    let results: BenchmarkResults
    let crops: [CropRow]

    package init(_ results: BenchmarkResults, crops: [CropRow] = []) {
        self.results = results
        self.crops = crops
    }

    package var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>\(title.escaped)</title>
        <style>
        \(ReportStyle.sheet)
        </style>
        </head>
        <body>
        <h1>\(title.escaped)</h1>
        \(introduction)
        \([bdRateTable, plots, cropSection, costTable, fileSection, methodSection].joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private var title: String {
        let count = results.files.count
        let noun = results.kind == .image ? "picture" : "sound"
        return "\(measured.joined(separator: ", ")) on \(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private var measured: [String] { results.codecs.map(\.name) }

    var rateUnit: String { results.kind.rateUnit }

    /// Everything that a reader must know before believing a number.
    private var introduction: String {
        var lines = results.missing.map { "Not measured: \($0.words)." }
        lines += results.unreadable.keys.sorted().map { "Not read: \(results.unreadable[$0] ?? $0)." }
        let failures = results.runs.count { !$0.isComplete }
        if failures > 0 { lines.append("\(failures) of \(results.runs.count) runs failed; they are in the tables of files.") }
        if results.commonFiles.count < results.files.count {
            lines.append("Means are over the \(results.commonFiles.count) of \(results.files.count) files on which no run failed.")
        }
        return lines.map { "<p class=\"note\">\($0.escaped)</p>" }.joined(separator: "\n")
    }

    // MARK: - Means

    private var bdRateTable: String {
        let rows = results.curves.map { curve in
            let cells = results.metrics.map { metric in
                if curve.codec == results.anchor { return "0" }
                return results.bdRate(curve.codec, metric.name)?.percent.percentage ?? "–"
            }
            return Table.Row([curve.codec + (curve.isPublished ? " (published)" : "")] + cells, isMarked: curve.codec == results.anchor)
        }
        let range = results.kind == .image ? "between 0.1 and 1.5 bpp of the anchor" : "over the qualities that both reach"
        return """
            <h2>Rate at equal quality, against \(results.anchor.escaped)</h2>
            <p class="note">BD-rate: the mean difference of file size, \(range); negative: smaller files. – : no quality in common.</p>
            \(Table(head: ["codec"] + results.metrics.map(\.title), rows: rows).html)
            """
    }

    private var plots: String {
        let labels = Dictionary(uniqueKeysWithValues: results.codecs.map { ($0.name, $0.settingLabel) })
        let drawn = results.metrics.compactMap { metric in
            CurvePlot(metric: metric, rateUnit: rateUnit, curves: results.curves, settingLabels: labels).svg
                .map { "<h3>\(metric.title.escaped)</h3>\n\($0)" }
        }
        guard !drawn.isEmpty else { return "<p class=\"note\">No codec has two points for a plot.</p>" }
        return "<h2>Curves</h2>\n<p class=\"note\">Means over files at each setting; point at a mark for its numbers.</p>\n"
            + "\(legend)\n\(drawn.joined(separator: "\n"))"
    }

    private var legend: String {
        let items = results.curves.enumerated().map { index, curve in
            let style = "curve c\(index % ReportStyle.colours.count)\(curve.isPublished ? " published" : "")"
            let sample = "<svg viewBox=\"0 0 26 12\" aria-hidden=\"true\"><g class=\"\(style)\"><path d=\"M0 6H26\"/><circle cx=\"13\" cy=\"6\" r=\"4\"/></g></svg>"
            return "<li>\(sample)\(curve.codec.escaped)</li>"
        }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    private var cropSection: String {
        guard !crops.isEmpty else { return "" }
        return "<h2>Side by side at \(crops[0].rate.fixed(2)) \(rateUnit)</h2>\n"
            + "<p class=\"note\">The same part of each file whose rate is nearest to that, pixel by pixel.</p>\n"
            + crops.map(\.html).joined(separator: "\n")
    }

    private var costTable: String {
        let rows = results.costs.map { cost in
            Table.Row([
                cost.codec, cost.encode.seconds.fixed(3), cost.encode.processorSeconds.fixed(3), cost.encode.peakBytes.megabytes,
                cost.decode.seconds.fixed(3), cost.decode.processorSeconds.fixed(3), cost.decode.peakBytes.megabytes,
            ])
        }
        let head = ["codec", "encode, s", "processor, s", "memory", "decode, s", "processor, s", "memory"]
        return """
            <h2>Time and memory</h2>
            <p class="note">Whole processes, reading and writing included; means of all settings and files, memory the most of \
            any. Seconds pass while other runs use the machine, too; processor seconds are of all threads together.</p>
            \(Table(head: head, rows: rows).html)
            """
    }

    // MARK: - How

    private var methodSection: String {
        let commands = results.codecs.map { codec in
            "<li>\(codec.name.escaped): <code>\(codec.encode.escaped)</code>; <code>\(codec.decode.escaped)</code>; "
                + "\(codec.settingLabel.escaped) \(codec.settings.joined(separator: ", ").escaped)</li>"
        }
        let how = results.kind == .image
            ? "Sources and decoded pictures are 8-bit RGB; bits per pixel are those of whole files."
            : "Rates are those of whole files."
        return "<h2>How it was measured</h2>\n<p>\(how)</p>\n<ul>\(commands.joined(separator: "\n"))</ul>"
    }
}
