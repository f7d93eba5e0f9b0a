extension HTMLReport {
    /// A table of runs for each file, folded.
    var fileSection: String {
        "<h2>Files</h2>\n" + results.files.map(section).joined(separator: "\n")
    }

    private func section(_ file: TestFile) -> String {
        let note = file.note.map { ", \($0)" } ?? ""
        let runs = results.runs.filter { $0.file == file.path }
        let failures = runs.count { !$0.isComplete }
        let warning = failures == 0 ? "" : ", \(failures) failed"
        return """
            <details><summary>\(file.name.escaped) <span class="note">\((file.about + note + warning).escaped)</span></summary>
            \(bdRates(file))
            \(Table(head: head, rows: runs.map(row)).html)
            </details>
            """
    }

    /// The file's own BD-rates, in a line.
    private func bdRates(_ file: TestFile) -> String {
        let words = results.codecs.map(\.name).filter { $0 != results.anchor }.compactMap { codec -> String? in
            let rates = results.metrics.compactMap { results.bdRate(codec, $0.name, file: file.path)?.percent.percentage }
            return rates.isEmpty ? nil : "\(codec) \(rates.joined(separator: " / "))"
        }
        guard !words.isEmpty else { return "" }
        let metrics = results.metrics.map(\.title).joined(separator: " / ")
        return "<p class=\"note\">BD-rate against \(results.anchor.escaped), \(metrics.escaped): \(words.joined(separator: "; ").escaped)</p>"
    }

    private var head: [String] {
        ["codec", "setting", "bytes", rateUnit] + results.metrics.map(\.title)
            + ["encode, s", "processor, s", "memory", "decode, s", "processor, s", "memory"]
    }

    private func row(_ run: Run) -> Table.Row {
        guard let bytes = run.bytes, let rate = run.rate, let encode = run.encode, let decode = run.decode else {
            return Table.Row([run.codec, run.setting], error: run.error ?? "")
        }
        let values = results.metrics.map { metric in run.metrics?[metric.name].map { metric.words($0) } ?? "∞" }
        let times = [encode, decode].flatMap { [$0.seconds.fixed(3), $0.processorSeconds.fixed(3), $0.peakBytes.megabytes] }
        return Table.Row([run.codec, run.setting, String(bytes), rate.fixed(3)] + values + times)
    }
}
