package import BitstreamFormat
internal import EntropyCoding
package import IntegerKernels
package import LatentCoding
package import LatentModels
package import Media

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
    ///   - region: inside of the picture; nil for all of it. Tiles and bands without a sample of it are not looked at, and
    ///     neither are the rows of bands and planes below it.
    /// - Returns: `[height][width][channels]` of the region, and the last state of the range decoders of every level of
    ///   the tiles that were decoded.
    package func decode(
        _ stream: ImageStream, model: HierarchicalVAE?, levels: Int, region: PixelRegion? = nil, progress: ((Double) -> Void)?
    ) throws(BitstreamError) -> (samples: [UInt16], witnesses: [[StreamWitness]]) {
        let header = stream.header
        let region = region ?? PixelRegion(x: 0, y: 0, width: header.width, height: header.height)
        var samples = [UInt16](repeating: 0, count: region.width * region.height * header.channels)
        var witnesses: [[StreamWitness]] = []
        if case .lossy(let quality, _) = header.color, let model {
            let decoder = HierarchyDecoder(model: model, quality: QualityPoint(quality), engine: engine)
            witnesses = try decodeColor(
                stream, with: decoder, levels: levels, region: region, into: &samples, progress: progress)
        }
        if let coded = stream.samples?.value {
            ColorSamples.decode(
                coded, width: header.width, height: header.height, format: stream.format, region: region, engine: engine,
                into: &samples)
        }
        for (index, plane) in stream.planes.sorted(by: { $0.key < $1.key }) {
            do {
                try LosslessPlanes.decode(
                    plane.value, index: index, width: header.width, height: header.height, format: stream.format,
                    region: region, engine: engine, into: &samples)
            } catch { throw .damagedStream(.init(error), offset: plane.offset) }
        }
        return (samples, witnesses)
    }

    private func decodeColor(
        _ stream: ImageStream, with decoder: HierarchyDecoder, levels: Int, region: PixelRegion, into samples: inout [UInt16],
        progress: ((Double) -> Void)?
    ) throws(BitstreamError) -> [[StreamWitness]] {
        let grid = stream.tiles
        let (tileRows, tileColumns) = (grid.tileRows(touching: region.rows), grid.tileColumns(touching: region.columns))
        let tileCount = tileRows.count * tileColumns.count
        var witnesses: [[StreamWitness]] = []
        var above: TileStrip?
        for tileRow in tileRows {
            let first = grid[tileRow * grid.columns]
            var strip = TileStrip(columns: region.columns, rows: region.rows.clamped(to: first.rows))
            for column in tileColumns {
                let tile = grid[tileRow * grid.columns + column]
                witnesses.append(try decode(tile, of: stream, with: decoder, levels: levels, into: &strip))
                progress?(Double(witnesses.count) / Double(tileCount))
                guard engine.watch.goesOn else { return witnesses }
            }
            if let above { strip.join(below: above, first: first.y) }
            let isLast = tileRow + 1 == tileRows.upperBound
            let end = isLast ? strip.rows.upperBound : first.y + TileGrid.stride
            write(strip, upTo: end, of: stream, region: region, to: &samples)
            above = isLast ? nil : strip.suffix(from: end)
        }
        return witnesses
    }

    private func decode(
        _ tile: Tile, of stream: ImageStream, with decoder: HierarchyDecoder, levels: Int, into strip: inout TileStrip
    ) throws(BitstreamError) -> [StreamWitness] {
        var streams = [LevelStreams?](repeating: nil, count: 4)
        var offsets = [0, 0, 0, 0]
        for level in (4 - levels..<4).reversed() {
            guard let found = stream.levels[ImageStream.LevelKey(tile: tile.index, level: level)] else { break }
            let bands = found.value.bands
            streams[level] = LevelStreams(bands: BandedRows(logCount: bands.count.trailingZeroBitCount), streams: bands)
            offsets[level] = found.offset
        }
        let columns = strip.columns.clamped(to: tile.columns)
        let isWhole = columns == tile.columns && strip.rows == tile.rows
        let window = isWhole ? nil : SampleWindow(rows: strip.rows.moved(by: -tile.y), columns: columns.moved(by: -tile.x))
        do {
            let grid = LatentGrid(tileWidth: tile.width, tileHeight: tile.height)
            let (values, witnesses) = try decoder.decode(grid, levels: streams, window: window)
            for (y, row) in strip.rows.enumerated() {
                let samples = unsafe UnsafeBufferPointer(values.row(y))
                strip.add(tile, row: row, samples: unsafe samples.span)
            }
            return witnesses
        } catch {
            throw .damagedStream(.excessTooLong, offset: offsets[error.level])
        }
    }

    /// - Parameter end: the first row of the picture that is not written.
    private func write(
        _ strip: TileStrip, upTo end: Int, of stream: ImageStream, region: PixelRegion, to samples: inout [UInt16]
    ) {
        let channels = stream.header.channels
        var target = samples.mutableSpan
        for row in strip.rows.prefix(max(0, end - strip.rows.lowerBound)) {
            let start = (row - region.y) * region.width * channels
            var line = target._mutatingExtracting(start..<start + region.width * channels)
            strip.withRow(row) { SampleConversion.write($0, width: region.width, format: stream.format, to: &line) }
        }
    }
}

extension Range<Int> {
    fileprivate func moved(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
