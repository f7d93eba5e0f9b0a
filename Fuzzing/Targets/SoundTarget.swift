internal import BitstreamFormat
internal import Media
internal import VCodec

enum SoundTarget {
    private enum Beyond: Error { case limits }

    /// Samples of all channels that are decoded: few bytes of silence can stand for minutes.
    private static let maximumSamples = 1 << 11
    /// Superframes of lossy sound are longer at high rates.
    private static let maximumSuperframe = 1 << 10
    private static let limits = DecodingLimits(metadataBytes: 1 << 12)

    static func container(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        outcome {
            guard Claims(bytes, limits).areWithinLimits else { throw Beyond.limits }
            _ = try info(bytes)
            _ = try AudioFileIndex(size: bytes.count) { Array(bytes[$0]) }
        }
    }

    static func samples(_ bytes: [UInt8], isLossless: Bool) -> FuzzTarget.Outcome {
        outcome {
            let claims = Claims(bytes, limits)
            guard claims.areWithinLimits, claims.samples <= maximumSamples, claims.superframe <= maximumSuperframe,
                claims.isLossless == isLossless
            else { throw Beyond.limits }
            try decode(bytes)
            let info = try info(bytes)
            if info.truncatedAt == nil { try seek(bytes, to: info.frameCount / 2) }
        }
    }

    private static func outcome(_ body: () throws -> Void) -> FuzzTarget.Outcome {
        do {
            try body()
            return .accepted
        } catch is Beyond {
            return .refused("too much to be decoded here")
        } catch let error as CodecError {
            return .refused(error.description)
        } catch { preconditionFailure("an error of another type: \(error)") }
    }

    private static func info(_ bytes: [UInt8]) throws -> AudioInfo {
        var rest: [UInt8]? = bytes
        return try AudioInfo {
            defer { rest = nil }
            return rest
        }
    }

    /// As a stream that comes in two pieces.
    private static func decode(_ bytes: [UInt8]) throws(CodecError) {
        var decoder = AudioDecoder(options: options)
        for piece in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] {
            decoder.append(Array(piece))
            while try decoder.next() != nil {}
        }
        decoder.finish()
        while try decoder.next() != nil {}
    }

    /// Decodes from a frame on, found by the index at the end of the file.
    private static func seek(_ bytes: [UInt8], to frame: Int) throws {
        let index = try AudioFileIndex(size: bytes.count) { Array(bytes[$0]) }
        guard frame < index.frameCount else { return }
        var (decoder, offset, skipped) = index.decoder(atFrame: frame, options: options)
        decoder.append(Array(bytes[offset...]))
        decoder.finish()
        var frames = 0
        while let buffer = try decoder.next() { frames += buffer.frameCount }
        precondition(frames - skipped == index.frameCount - frame, "as many frames as the index says")
    }

    private static let options: DecodingOptions = {
        var options = DecodingOptions()
        options.threads = 1
        return options
    }()
}

/// What a file claims up to its first error, before anything is done about it.
private struct Claims {
    var isLossless = true
    var superframe = 0
    /// Of all channels.
    var samples = 0
    var areWithinLimits = true

    init(_ bytes: [UInt8], _ limits: DecodingLimits) {
        var reader = SoundBitstream.Reader(limits: limits)
        reader.append(bytes)
        var channels = 0
        while let part = try? reader.next() {
            switch part {
            case .header(let header):
                channels = header.channels
                isLossless = header.isLossless
                superframe = header.superframe
            case .block(let block, offset: _): samples += block.frames * channels
            case .damagedMetadata(.limitExceeded): areWithinLimits = false
            case .damagedMetadata, .metadata, .end: break
            }
        }
    }
}
