extension Double {
    /// With so many digits after the point, 0 … 9 of them; `∞` for what is not finite or too large.
    func fixed(_ digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = (self * Double(scale)).rounded()
        guard abs(scaled) < 0x1p62 else { return "∞" }
        let (whole, rest) = Int(abs(scaled)).quotientAndRemainder(dividingBy: scale)
        let sign = scaled < 0 ? "−" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `−12.3 %`, `+4.0 %`, with a blank that does not break.
    var percentage: String { (self > 0 ? "+" : "") + fixed(1) + "\u{A0}%" }

    /// For coordinates: two digits, an ordinary minus.
    var coordinate: String { fixed(2).replacing("−", with: "-") }
}

extension Int {
    /// `12.3 MB`
    var megabytes: String { (Double(self) / 1e6).fixed(1) + " MB" }
}

extension String {
    /// For text and attributes of HTML.
    var escaped: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            // What HTML has no place for.
            case _ where scalar.value < 32 && scalar != "\n" && scalar != "\t": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Metric {
    /// A value of one file: `33.12`.
    func words(_ value: Double) -> String { value.fixed(scale == .decibelsBelowOne ? 4 : 2) }

    /// A value of a curve, turned back where less is better.
    func words(scaled value: Double) -> String {
        (scale == .negated ? -value : value).fixed(2) + (unit.isEmpty ? "" : " \(unit)")
    }
}
