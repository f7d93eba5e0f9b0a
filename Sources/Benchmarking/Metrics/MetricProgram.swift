/// A program that prints a score of two files.
struct MetricProgram: Hashable, Sendable {
    /// Names, the first that is installed is taken.
    let programs: [String]
    /// `{source}` and `{decoded}` stand for files: PNG, or WAV.
    let arguments: [String]
    /// What the score comes after; empty for the first number that is printed.
    let marker: String
    /// The Debian package that has it.
    let package: String?

    init(_ programs: [String], _ arguments: [String], after marker: String, package: String?) {
        self.programs = programs
        self.arguments = arguments
        self.marker = marker
        self.package = package
    }

    /// The program that `vcodec compare --perceptual` calls: its JSON has both scores.
    static func hearing(_ marker: String) -> MetricProgram {
        MetricProgram(["vcodec-metrics"], ["{source}", "{decoded}"], after: marker, package: nil)
    }

    /// The score in what the program printed.
    func score(in text: String) -> Double? {
        var rest = text[...]
        if !marker.isEmpty {
            guard let found = text.range(ofFirst: marker) else { return nil }
            rest = text[found...]
        }
        return rest.firstMatch(of: #/-?\d+(\.\d+)?([eE][-+]?\d+)?/#).flatMap { Double($0.output.0) }
    }
}

extension String {
    /// Where the text after the first occurrence begins.
    fileprivate func range(ofFirst text: String) -> Index? {
        ranges(of: text).first?.upperBound
    }
}

/// A metric that can be computed: built in, or by a program that was found.
package struct InstalledMetric: Sendable {
    package let metric: Metric
    /// Of the program that computes it; nil for what is built in.
    let path: String?

    /// Of one name in `--metrics` each.
    ///
    /// - Parameter hearing: the program of `VCODEC_METRICS`, where that is set.
    package static func find(
        _ metrics: [Metric], _ search: ProgramSearch, hearing: String?
    ) -> (found: [InstalledMetric], missing: [MissingProgram]) {
        var found: [InstalledMetric] = []
        var missing: [MissingProgram] = []
        for metric in metrics {
            guard case .program(let program) = metric.source else {
                found.append(InstalledMetric(metric: metric, path: nil))
                continue
            }
            let isHearing = program.programs == ["vcodec-metrics"]
            if let path = search.find((isHearing ? [hearing].compactMap { $0 } : []) + program.programs) {
                found.append(InstalledMetric(metric: metric, path: path))
            } else {
                missing.append(MissingProgram(name: metric.name, programs: program.programs, package: program.package))
            }
        }
        return (found, missing)
    }
}
