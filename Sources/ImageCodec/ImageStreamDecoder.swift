package import BitstreamFormat
internal import EntropyCoding
package import IntegerKernels
package import LatentCoding
package import LatentModels

/// From a file's planes and levels to samples (SPEC §9, §11).
package struct ImageStreamDecoder: Sendable {
    private let engine: IntegerEngine

    package init(engine: IntegerEngine) {
        self.engine = engine
    }

    /// Decodes the samples; not all of them where the engine's watch says that they are wanted no more.
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
        if let coded = stream.samples?.value {
            ColorSamples.decode(
                coded, width: header.width, height: header.height, format: stream.format, engine: engine, into: &samples)
        }
        for (index, plane) in stream.planes.sorted(by: { $0.key < $1.key }) {
            do {
                try LosslessPlanes.decode(
                    plane.value, index: index, width: header.width, height: header.height, format: stream.format,
                    engine: engine, into: &samples)
            } catch { throw .damagedStream(.init(error), offset: plane.offset) }
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
                guard engine.watch.goesOn else { return witnesses }
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
        var offsets = [0, 0, 0, 0]
        for level in (4 - levels..<4).reversed() {
            guard let found = stream.levels[ImageStream.LevelKey(tile: tile.index, level: level)] else { break }
            let bands = found.value.bands
            streams[level] = LevelStreams(bands: BandedRows(logCount: bands.count.trailingZeroBitCount), streams: bands)
            offsets[level] = found.offset
        }
        do {
            let grid = LatentGrid(tileWidth: tile.width, tileHeight: tile.height)
            let result = try decoder.decode(grid, levels: streams)
            return (result.values, result.witnesses)
        } catch {
            throw .damagedStream(.excessTooLong, offset: offsets[error.level])
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
