import Media

extension BinaryInteger {
    /// With a space between groups of three digits: `1 179 648`.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return text
    }
}

extension Double {
    /// With so many digits after the point, 0 … 9 of them; `∞` for what is not finite or too large.
    func fixed(_ digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = (self * Double(scale)).rounded()
        guard abs(scaled) < 0x1p62 else { return self < 0 ? "-∞" : "∞" }
        let (whole, rest) = Int(abs(scaled)).quotientAndRemainder(dividingBy: scale)
        let sign = scaled < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

extension Duration {
    /// `0.18 s`
    var readable: String { "\((self / .seconds(1)).fixed(2)) s" }
}

extension String {
    /// At least so many characters, blanks after it.
    func left(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// At least so many characters, blanks before it.
    func right(_ width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}

extension String {
    /// Without characters that a terminal would act on.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension PixelFormat {
    /// `RGB`, or `RGB 16-bit`.
    var readable: String { bitDepth == .eight ? "\(channels)" : "\(channels) 16-bit" }
}

extension ImageBuffer {
    /// `768×512 RGB`
    var readable: String { "\(width)×\(height) \(format.readable)" }

    /// Bytes that the samples take without any coding.
    var rawBytes: Int { samples.count * format.bitDepth.bits / 8 }
}

/// Bits per pixel of a file.
func bitsPerPixel(bytes: Int, width: Int, height: Int) -> Double {
    Double(bytes) * 8 / (Double(width) * Double(height))
}
