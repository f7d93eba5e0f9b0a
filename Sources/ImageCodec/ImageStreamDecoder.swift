package import BitstreamFormat
internal import EntropyCoding
package import IntegerKernels
package import LatentCoding
package import LatentModels
package import Media

/// Everything that a file holds, read but not yet decoded.
package struct ImageStream: Sendable {
    package let header: FileHeader
    package let metadata: [MetadataPayload]
    /// Metadata that could not be understood; the picture can.
    package let metadataErrors: [BitstreamError]
    /// Where the file ends too early; nil if it is whole.
    package let truncatedAt: Int?
    /// Coarsest levels that every tile has, 0 … 4; 4 for lossless colour.
    package let completeLevels: Int
    fileprivate let planes: [Int: CodedPlane]
    fileprivate let levels: [LevelKey: LevelPayload]
    fileprivate let offsets: [ChunkIdentity: Int]

    fileprivate struct LevelKey: Hashable {
        let tile: Int
        let level: Int
    }

    package var format: PixelFormat {
        PixelFormat(PixelFormat.Channels(rawValue: UInt8(header.channels))!, header.bitDepth == 8 ? .eight : .sixteen)
    }

    package var tiles: TileGrid { TileGrid(width: header.width, height: header.height) }

    /// Reads a file; one that ends early is accepted as SPEC §12 says.
    package init(_ file: [UInt8], limits: DecodingLimits) throws(BitstreamError) {
        var reader = try Bitstream.Reader(file, ending: .mayBeMissing, limits: limits)
        let header = reader.header
        let grid = TileGrid(width: header.width, height: header.height)
        var planes: [Int: CodedPlane] = [:], levels: [LevelKey: LevelPayload] = [:]
        var metadata: [MetadataPayload] = [], metadataErrors: [BitstreamError] = []
        while let chunk = try reader.next() {
            switch chunk.kind {
            case .plane:
                let payload = try PlanePayload(chunk, bitDepth: header.bitDepth)
                planes[payload.index] = payload.plane
            case .level:
                let payload = try LevelPayload(chunk, tileCount: grid.count)
                levels[LevelKey(tile: payload.tile, level: payload.level)] = payload
            default:
                do {
                    if let item = try reader.metadata(in: chunk) { metadata.append(item) }
                } catch { metadataErrors.append(error) }
            }
        }
        for index in header.planeIndices { try reader.require(.plane(index)) }
        if !header.isLossless {
            for tile in 0..<grid.count { try reader.require(.level(3, tile: tile)) }
        }
        var complete = 4
        if !header.isLossless {
            complete = (0..<4).first { count in
                (0..<grid.count).contains { levels[LevelKey(tile: $0, level: 3 - count)] == nil }
            } ?? 4
        }
        var offsets: [ChunkIdentity: Int] = [:]
        for key in levels.keys {
            let identity = ChunkIdentity.level(key.level, tile: key.tile)
            offsets[identity] = reader.offset(of: identity)
        }
        for index in planes.keys { offsets[.plane(index)] = reader.offset(of: .plane(index)) }
        self.header = header
        self.metadata = metadata
        self.metadataErrors = metadataErrors
        self.planes = planes
        self.levels = levels
        self.offsets = offsets
        completeLevels = complete
        truncatedAt = reader.truncation != nil || complete < 4 ? reader.offset : nil
    }
}

/// From a file's planes and levels to samples (SPEC §9, §11).
package struct ImageStreamDecoder: Sendable {
    private let engine: IntegerEngine

    package init(engine: IntegerEngine) {
        self.engine = engine
    }

    /// Decodes the samples.
    ///
    /// - Parameters:
    ///   - model: needed unless colour is lossless; its identity has been checked.
    ///   - levels: coarsest levels to use, 1 … 4.
    /// - Returns: `[height][width][channels]`, and the last state of every level's range decoders by tile.
    package func decode(
        _ stream: ImageStream, model: HierarchicalVAE?, levels: Int, progress: ((Double) -> Void)?
    ) throws(BitstreamError) -> (samples: [UInt16], witnesses: [[StreamWitness]]) {
        let header = stream.header
        var samples = [UInt16](repeating: 0, count: header.width * header.height * header.channels)
        var witnesses: [[StreamWitness]] = []
        if case .lossy(let quality, _) = header.color, let model {
            let decoder = HierarchyDecoder(model: model, quality: QualityPoint(quality), engine: engine)
            witnesses = try decodeColor(stream, with: decoder, levels: levels, into: &samples, progress: progress)
        }
        var failing: Int?
        do {
            try LosslessPlanes.decode(
                stream.planes, width: header.width, height: header.height, format: stream.format, into: &samples,
                failing: &failing)
        } catch {
            throw .damagedStream(.init(error), offset: stream.offsets[.plane(failing ?? 0)] ?? 0)
        }
        return (samples, witnesses)
    }

    private func decodeColor(
        _ stream: ImageStream, with decoder: HierarchyDecoder, levels: Int, into samples: inout [UInt16],
        progress: ((Double) -> Void)?
    ) throws(BitstreamError) -> [[StreamWitness]] {
        let grid = stream.tiles
        var witnesses: [[StreamWitness]] = []
        var above: [Int16]?
        for tileRow in 0..<grid.rows {
            let first = grid[tileRow * grid.columns]
            var strip = TileStrip(width: grid.width, height: first.height)
            for column in 0..<grid.columns {
                let tile = grid[tileRow * grid.columns + column]
                let (values, states) = try decodeTile(tile, of: stream, with: decoder, levels: levels)
                witnesses.append(states)
                for y in 0..<tile.height {
                    let row = unsafe UnsafeBufferPointer(values.row(y))
                    strip.add(tile, row: y, samples: unsafe row.span)
                }
                progress?(Double(tile.index + 1) / Double(grid.count))
            }
            if let above { strip.join(below: above) }
            let isLast = tileRow + 1 == grid.rows
            write(strip, rows: isLast ? strip.height : strip.height - TileGrid.overlap, at: first.y, of: stream, to: &samples)
            above = isLast ? nil : strip.lastRows
        }
        return witnesses
    }

    private func decodeTile(
        _ tile: Tile, of stream: ImageStream, with decoder: HierarchyDecoder, levels: Int
    ) throws(BitstreamError) -> (Feature, [StreamWitness]) {
        var streams = [LevelStreams?](repeating: nil, count: 4)
        for level in (4 - levels..<4).reversed() {
            guard let payload = stream.levels[ImageStream.LevelKey(tile: tile.index, level: level)] else { break }
            streams[level] = LevelStreams(
                bands: BandedRows(logCount: payload.bands.count.trailingZeroBitCount), streams: payload.bands)
        }
        do {
            let grid = LatentGrid(tileWidth: tile.width, tileHeight: tile.height)
            let result = try decoder.decode(grid, levels: streams)
            return (result.values, result.witnesses)
        } catch {
            let identity = ChunkIdentity.level(error.level, tile: tile.index)
            throw .damagedStream(.excessTooLong, offset: stream.offsets[identity] ?? 0)
        }
    }

    private func write(_ strip: TileStrip, rows: Int, at y: Int, of stream: ImageStream, to samples: inout [UInt16]) {
        let (width, channels) = (strip.width, stream.header.channels)
        var target = samples.mutableSpan
        let values = strip.values.span
        for row in 0..<rows {
            let start = (y + row) * width * channels
            var line = target._mutatingExtracting(start..<start + width * channels)
            SampleConversion.write(
                values.extracting(row * width * 3..<(row + 1) * width * 3), width: width, format: stream.format, to: &line)
        }
    }
}
