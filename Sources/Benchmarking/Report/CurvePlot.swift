/// Curves of one metric over the rate, as inline SVG. Colours are those of the page's style: classes `c0` to `c9` in the
/// order of the curves.
struct CurvePlot {
    let metric: Metric
    let rateUnit: String
    let curves: [MeanCurve]
    /// By codec: what stands before a setting.
    let settingLabels: [String: String]

    private static let (width, height) = (880.0, 580.0)
    private static let frame = (left: 64.0, right: 868.0, top: 12.0, bottom: 532.0)

    /// Of the curves that have two points or more, the first on top; nil where there are none.
    var svg: String? {
        let drawn = curves.enumerated().map { ($0.offset, $0.element, points($0.element)) }.filter { $0.2.count >= 2 }
        let all = drawn.flatMap(\.2)
        guard !all.isEmpty else { return nil }
        let across = Axis(all.map(\.rate), from: Self.frame.left, to: Self.frame.right, isLogarithmic: true)
        let up = Axis(all.map { $0.quality[metric.name] ?? 0 }, from: Self.frame.bottom, to: Self.frame.top, isLogarithmic: false)
        return """
            <svg class="plot" viewBox="0 0 \(Self.width.coordinate) \(Self.height.coordinate)" role="img" \
            aria-label="\(metric.title.escaped) over \(rateUnit)">
            \(grid(across, up))
            \(drawn.reversed().map { line($0, $1, $2, across, up) }.joined(separator: "\n"))
            </svg>
            """
    }

    private func points(_ curve: MeanCurve) -> [MeanCurve.Point] {
        curve.points.filter { $0.quality[metric.name] != nil && $0.rate > 0 }
    }

    private func grid(_ across: Axis, _ up: Axis) -> String {
        let frame = Self.frame
        let columns = across.ticks.map { tick in
            let x = across.position(tick.value).coordinate
            return "<path class=\"grid\" d=\"M\(x) \(frame.top.coordinate)V\(frame.bottom.coordinate)\"/>"
                + "<text x=\"\(x)\" y=\"\((frame.bottom + 20).coordinate)\" text-anchor=\"middle\">\(tick.label)</text>"
        }
        let rows = up.ticks.map { tick in
            let y = up.position(tick.value)
            let label = metric.scale == .negated ? String(tick.label.drop { $0 == "−" }) : tick.label
            return "<path class=\"grid\" d=\"M\(frame.left.coordinate) \(y.coordinate)H\(frame.right.coordinate)\"/>"
                + "<text x=\"\((frame.left - 8).coordinate)\" y=\"\((y + 4).coordinate)\" text-anchor=\"end\">\(label)</text>"
        }
        let middle = ((frame.left + frame.right) / 2).coordinate
        let centre = ((frame.top + frame.bottom) / 2).coordinate
        let title = metric.title.escaped + (metric.unit.isEmpty ? "" : ", \(metric.unit)")
        return (columns + rows).joined(separator: "\n") + """

            <path class="frame" d="M\(frame.left.coordinate) \(frame.top.coordinate)V\(frame.bottom.coordinate)H\(frame.right.coordinate)"/>
            <text class="title" x="\(middle)" y="\((Self.height - 8).coordinate)" text-anchor="middle">\(rateUnit)</text>
            <text class="title" transform="translate(16 \(centre)) rotate(-90)" text-anchor="middle">\(title)</text>
            """
    }

    private func line(_ index: Int, _ curve: MeanCurve, _ points: [MeanCurve.Point], _ across: Axis, _ up: Axis) -> String {
        let places = points.map { (across.position($0.rate).coordinate, up.position($0.quality[metric.name] ?? 0).coordinate) }
        let path = places.map { "\($0.0) \($0.1)" }.joined(separator: "L")
        let marks = zip(points, places).map { point, place in
            "<circle cx=\"\(place.0)\" cy=\"\(place.1)\" r=\"4\"><title>\(words(curve, point).escaped)</title></circle>"
        }
        let style = "curve c\(index % ReportStyle.colours.count)\(curve.isPublished ? " published" : "")"
        return "<g class=\"\(style)\"><path d=\"M\(path)\"/>\(marks.joined())</g>"
    }

    private func words(_ curve: MeanCurve, _ point: MeanCurve.Point) -> String {
        let setting = settingLabels[curve.codec].map { " \($0) \(point.setting)" } ?? ""
        let value = point.quality[metric.name].map { metric.words(scaled: $0) } ?? ""
        return "\(curve.codec)\(setting): \(point.rate.fixed(3)) \(rateUnit), \(value)"
    }
}
