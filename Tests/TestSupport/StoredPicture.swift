package import Media

/// A picture as a PNG file stores it, with a writer and an expansion that are as plain as
/// possible: the reference for what the reader must deliver.
package struct StoredPicture: Sendable {
    package enum ColorType: UInt8, CaseIterable, Sendable {
        case grey = 0
        case rgb = 2
        case indexed = 3
        case greyAlpha = 4
        case rgba = 6

        var sampleCount: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][rawValue]! }
    }

    /// A colour type, a depth and whether there is tRNS: what PNG allows.
    package struct Kind: CustomStringConvertible, Sendable {
        package var colorType: ColorType
        package var bitDepth: Int
        package var hasTransparency: Bool

        package init(colorType: ColorType, bitDepth: Int, hasTransparency: Bool) {
            self.colorType = colorType
            self.bitDepth = bitDepth
            self.hasTransparency = hasTransparency
        }

        package var description: String {
            "\(colorType) \(bitDepth)" + (hasTransparency ? " tRNS" : "")
        }

        package static let all: [Kind] = ColorType.allCases.flatMap { type in
            depths(type).flatMap { depth in
                (type == .greyAlpha || type == .rgba ? [false] : [false, true]).map {
                    Kind(colorType: type, bitDepth: depth, hasTransparency: $0)
                }
            }
        }

        private static func depths(_ type: ColorType) -> [Int] {
            switch type {
            case .grey: [1, 2, 4, 8, 16]
            case .indexed: [1, 2, 4, 8]
            default: [8, 16]
            }
        }
    }

    package let width: Int
    package let height: Int
    package let kind: Kind
    package let isInterlaced: Bool

    /// `[height][width][sampleCount]`, as stored: palette indices for indexed pictures.
    package let values: [Int]

    /// RGB triples of an indexed picture.
    package let palette: [UInt8]

    /// Payload of tRNS.
    package let transparency: [UInt8]

    package init(width: Int, height: Int, kind: Kind, isInterlaced: Bool, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = width * height * kind.colorType.sampleCount
        let values = (0..<count).map { _ in
            Int.random(in: 0..<1 << kind.bitDepth, using: &generator)
        }
        self.width = width
        self.height = height
        self.kind = kind
        self.isInterlaced = isInterlaced
        self.values = values
        let entries = kind.colorType == .indexed ? 1 << kind.bitDepth : 0
        palette = (0..<3 * entries).map { _ in UInt8.random(in: 0...255, using: &generator) }
        transparency = Self.transparency(kind, values, &generator)
    }

    /// Alpha of half the palette, or the colour of the first pixel.
    private static func transparency(
        _ kind: Kind, _ values: [Int], _ generator: inout SeededGenerator
    ) -> [UInt8] {
        guard kind.hasTransparency else { return [] }
        if kind.colorType == .indexed {
            return (0..<max(1, 1 << kind.bitDepth / 2)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
        }
        return values.prefix(kind.colorType.sampleCount).flatMap {
            [UInt8($0 >> 8), UInt8($0 & 0xFF)]
        }
    }
}

// The file.
extension StoredPicture {
    /// The whole file; `ancillary` stands between tRNS and the pixels.
    package func file(ancillary: [PNGContainer.Chunk] = []) -> [UInt8] {
        PNGContainer.compose(chunks(ancillary: ancillary))
    }

    package func chunks(ancillary: [PNGContainer.Chunk] = []) -> [PNGContainer.Chunk] {
        var chunks = [PNGContainer.Chunk(name: "IHDR", payload: header)]
        if !palette.isEmpty { chunks.append(.init(name: "PLTE", payload: palette)) }
        if !transparency.isEmpty { chunks.append(.init(name: "tRNS", payload: transparency)) }
        chunks += ancillary
        let data = PNGContainer.store(filteredRows)
        let middle = data.count / 2
        chunks.append(.init(name: "IDAT", payload: Array(data[..<middle])))
        chunks.append(.init(name: "IDAT", payload: Array(data[middle...])))
        return chunks + [.init(name: "IEND", payload: [])]
    }

    private var header: [UInt8] {
        PNGContainer.bytes(UInt32(width)) + PNGContainer.bytes(UInt32(height))
            + [UInt8(kind.bitDepth), kind.colorType.rawValue, 0, 0, isInterlaced ? 1 : 0]
    }

    private var filteredRows: [UInt8] {
        let adam7 = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]
        let passes = isInterlaced ? adam7 : [(0, 0, 1, 1)]
        return passes.flatMap { x, y, dx, dy in
            filter(
                stride(from: y, to: height, by: dy).map { row in
                    pack(stride(from: x, to: width, by: dx).flatMap { pixel($0, row) })
                }.filter { !$0.isEmpty })
        }
    }

    private func pixel(_ x: Int, _ y: Int) -> ArraySlice<Int> {
        let count = kind.colorType.sampleCount
        return values[(y * width + x) * count..<(y * width + x + 1) * count]
    }

    /// Samples of a row to bytes, highest bits first.
    private func pack(_ samples: [Int]) -> [UInt8] {
        if kind.bitDepth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
        let perByte = 8 / kind.bitDepth
        return stride(from: 0, to: samples.count, by: perByte).map { start in
            (0..<perByte).reduce(0) { byte, i in
                byte << kind.bitDepth
                    | UInt8(start + i < samples.count ? samples[start + i] : 0)
            }
        }
    }

    /// Uses the five filters in turn.
    private func filter(_ rows: [[UInt8]]) -> [UInt8] {
        let distance = max(1, kind.colorType.sampleCount * kind.bitDepth / 8)
        return rows.indices.flatMap { y -> [UInt8] in
            let above = y > 0 ? rows[y - 1] : [UInt8](repeating: 0, count: rows[y].count)
            let type = (y + width) % 5
            return [UInt8(type)] + rows[y].indices.map { x in
                let left = x >= distance ? rows[y][x - distance] : 0
                let corner = x >= distance ? above[x - distance] : 0
                return rows[y][x] &- prediction(type, left, above[x], corner)
            }
        }
    }

    private func prediction(_ type: Int, _ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt8 {
        switch type {
        case 0: return 0
        case 1: return a
        case 2: return b
        case 3: return UInt8((Int(a) + Int(b)) / 2)
        default:
            let estimate = Int(a) + Int(b) - Int(c)
            let (toA, toB, toC) = (
                abs(estimate - Int(a)), abs(estimate - Int(b)), abs(estimate - Int(c)))
            return toA <= toB && toA <= toC ? a : toB <= toC ? b : c
        }
    }
}

// What the reader must make of it.
extension StoredPicture {
    package var expanded: ImageBuffer {
        ImageBuffer(
            width: width, height: height, format: format,
            significantBits: kind.colorType == .indexed ? 8 : kind.bitDepth,
            samples: (0..<width * height).flatMap { expand(Array(pixel($0 % width, $0 / width))) })
    }

    private var format: PixelFormat {
        let color: PixelFormat.Channels =
            switch kind.colorType {
            case .grey: kind.hasTransparency ? .greyAlpha : .grey
            case .greyAlpha: .greyAlpha
            case .rgb, .indexed: kind.hasTransparency ? .rgba : .rgb
            case .rgba: .rgba
            }
        return PixelFormat(color, kind.bitDepth == 16 ? .sixteen : .eight)
    }

    private func expand(_ stored: [Int]) -> [UInt16] {
        if kind.colorType == .indexed { return color(of: stored[0]) }
        let scale = kind.bitDepth < 8 ? 255 / (1 << kind.bitDepth - 1) : 1
        let samples = stored.map { UInt16($0 * scale) }
        guard kind.hasTransparency else { return samples }
        let key = stored.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return samples + [key == transparency ? 0 : format.bitDepth.maximumSample]
    }

    private func color(of index: Int) -> [UInt16] {
        let color = palette[3 * index..<3 * index + 3].map { UInt16($0) }
        guard kind.hasTransparency else { return color }
        return color + [index < transparency.count ? UInt16(transparency[index]) : 255]
    }
}
